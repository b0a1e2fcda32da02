import { z } from 'zod';

/** Debian's releases that have LAVA. */
export const debianSuite = z.enum(['forky', 'sid']);
export type DebianSuite = z.infer<typeof debianSuite>;

const absolutePath = z.string().max(4096).regex(/^\//, 'give an absolute path');
/** Addresses are shown, logged and kept in plain: what lets somebody in must not be part of one. */
function hasNoSecret(address: string): boolean {
  if (!/^https?:/i.test(address)) return !/^[a-z+]+:\/\/[^/]*:[^/]*@/i.test(address);
  return !/^https?:\/\/[^/]*@/i.test(address);
}
const noSecret = 'leave user and password out of the address: it is shown to everybody who sees this lab';

const fileOrUrl = z
  .string()
  .max(4096)
  .regex(/^(\/|https?:\/\/)[^\s]+$/, 'give an absolute path or an http(s) address')
  .refine(hasNoSecret, noSecret);
/** What git takes; never an option, never a transport that runs a program (`ext::`). */
const gitRemote = z
  .string()
  .max(4096)
  .regex(/^(\/|(https?|ssh|git|file):\/\/|[\w.-]+@[\w.-]+:)[^\s]+$/, 'give a git address or an absolute path')
  .refine(hasNoSecret, noSecret);
const gitName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^(?!-)(?!.*\.\.)[^\s\p{Cc}~^:?*[\\]+$/u, 'this is no name git would take');

/** Where in a repository. A merge request is what its forge offers to fetch of it. */
export const gitPlace = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('branch'), name: gitName }),
  z.strictObject({ kind: z.literal('tag'), name: gitName }),
  z.strictObject({
    kind: z.literal('commit'),
    id: z.string().regex(/^[0-9a-f]{7,64}$/, 'give 7 to 64 hex digits'),
  }),
  z.strictObject({ kind: z.literal('merge-request'), number: z.int().min(1).max(10_000_000) }),
]);
export type GitPlace = z.infer<typeof gitPlace>;

const suite = debianSuite.default('forky');

/** What an instance is made from. `suite`: whose packages give what is not in the source itself. */
export const instanceSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('package'), suite }),
  z.strictObject({
    kind: z.literal('tarball'),
    location: fileOrUrl,
    /** What it must have; null: any, it is only shown. */
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'give 64 hex digits')
      .nullable()
      .default(null),
    suite,
  }),
  z.strictObject({
    kind: z.literal('branch'),
    repository: gitRemote,
    /** null: the remote's default branch. */
    at: gitPlace.nullable().default(null),
    suite,
  }),
  z.strictObject({
    kind: z.literal('image'),
    reference: z
      .string()
      .max(512)
      .regex(/^[a-z0-9][\w.:/@-]*$/i, 'give an image reference'),
  }),
]);
export type InstanceSource = z.infer<typeof instanceSource>;
export type InstanceSourceInput = z.input<typeof instanceSource>;

/** What a source was when the image was made of it. */
export const resolvedSource = z.object({
  /** For people: `LAVA from Debian forky`, `branch master at 1a2b3c4`. */
  title: z.string(),
  /** Of a branch: the commit. */
  commit: z.string().nullable(),
  /** Of a tarball. */
  sha256: z.string().nullable(),
});
export type ResolvedSource = z.infer<typeof resolvedSource>;

export { absolutePath, gitName, gitRemote };
