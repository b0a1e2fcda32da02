import { oc } from '@orpc/contract';
import { z } from 'zod';

/** The container engine as it was found on this machine. */
export const engineInfo = z.object({
  kind: z.enum(['podman', 'docker']),
  version: z.string(),
  /** True where containers run without root's rights on this machine. */
  rootless: z.boolean(),
  /** `crun`, `runc`; null: the engine does not say. */
  runtime: z.string().nullable(),
  cgroups: z.enum(['v1', 'v2', 'disabled', 'unknown']),
  canLimitMemory: z.boolean(),
  networkMode: z.enum(['bridge', 'slirp4netns', 'pasta', 'unknown']),
  /** What Labdeck does differently here, and why. */
  workarounds: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type EngineInfo = z.infer<typeof engineInfo>;

/** Why an engine cannot be used. */
export const engineProblem = z.object({
  engine: z.enum(['podman', 'docker']),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
});
export type EngineProblem = z.infer<typeof engineProblem>;

export const engineState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('looking') }),
  z.object({ state: z.literal('ready'), engine: engineInfo }),
  z.object({ state: z.literal('unavailable'), problems: z.array(engineProblem).min(1) }),
]);
export type EngineState = z.infer<typeof engineState>;

export const engineContract = {
  get: oc
    .route({ method: 'GET', path: '/engine', summary: 'The container engine, looked for anew' })
    .output(engineState),
};
