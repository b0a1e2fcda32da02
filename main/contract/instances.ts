import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { backup } from './backups.ts';
import { begun, engineErrors, labErrors } from './errors.ts';
import { slug, timestampMs } from './ids.ts';
import { instanceSource, resolvedSource } from './instanceSources.ts';

const { NOT_FOUND, NAME_TAKEN, BAD_REQUEST, CONFLICT, UNSUPPORTED } = labErrors;
const { DAMAGED } = labErrors;

/** Unique; people may change it. Short enough to leave room in the names made of it. */
export const instanceName = slug.max(40).brand<'InstanceName'>();
export type InstanceName = z.infer<typeof instanceName>;
/** Any string a caller may put where an instance's name belongs. */
export const instanceRef = z.string().max(256) as unknown as typeof instanceName;

/** What runs in an instance. */
export const instancePart = z.enum(['database', 'server', 'publisher', 'scheduler', 'worker']);
export type InstancePart = z.infer<typeof instancePart>;

export const partHealth = z.object({
  part: instancePart,
  state: z.enum(['ok', 'starting', 'down', 'off', 'unknown']),
  /** How often it was started again after it crashed, since the instance was started. */
  restarts: z.int(),
  detail: z.string().nullable(),
});
export type PartHealth = z.infer<typeof partHealth>;

/**
 * `degraded`: it runs and a part does not. `missing`: its container is gone and nobody here removed it; start
 * makes it anew on its volume. `failed`: it would not start; `problem` says why.
 */
export const instanceState = z.enum([
  'installing',
  'starting',
  'running',
  'degraded',
  'stopping',
  'stopped',
  'missing',
  'failed',
  'removing',
  'unknown',
]);
export type InstanceState = z.infer<typeof instanceState>;

const memoryLimitBytes = z
  .int()
  .min(256 * 1024 * 1024)
  .nullable()
  .describe('null: no limit');
const port = z.int().min(1024).max(65_535);

/** When backups are made by themselves, and how long they are kept. Those made by hand stay. */
export const backupPolicy = z.strictObject({
  /** null: only by hand. */
  everyHours: z
    .int()
    .min(1)
    .max(24 * 365)
    .nullable()
    .default(null),
  keep: z.int().min(1).max(1000).default(7),
  maxAgeDays: z.int().min(1).max(36_500).nullable().default(null),
});
export type BackupPolicy = z.infer<typeof backupPolicy>;

const include = z.strictObject({
  /** A LAVA worker of its own. */
  worker: z.boolean().default(true),
  /** QEMU and a virtual device, so that a job can run at once; a larger image. */
  qemu: z.boolean().default(false),
});

export const instance = z.object({
  name: instanceName,
  /** Never changes, never dealt again: names the container, the volume and the folder of its backups. */
  key: z.string(),
  source: instanceSource,
  /** null until its image is there. */
  resolved: resolvedSource.nullable(),
  imageId: z.string().nullable(),
  /** LAVA's own, such as `2026.09`. */
  version: z.string().nullable(),
  state: instanceState,
  parts: z.array(partHealth),
  /** null while it stands still. */
  usage: z
    .object({
      cpuPercent: z.number().describe('of one core'),
      memoryBytes: z.number(),
      diskBytes: z.number().nullable(),
    })
    .nullable(),
  /** What would be lost with it. null: nobody knows now. */
  holds: z.object({ jobs: z.int(), devices: z.int(), users: z.int() }).nullable(),
  /** `http://127.0.0.1:8100/`. */
  url: z.string(),
  port,
  include,
  memoryLimitBytes,
  /** Fewer processes: less memory, slower pages. */
  lean: z.boolean(),
  /** Start it when Labdeck starts. */
  autostart: z.boolean(),
  backup: backupPolicy,
  /** What works on it now. */
  taskId: z.string().nullable(),
  problem: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  /** The watch that made it, and for which request or branch. */
  watch: z.object({ watchId: z.string(), subject: z.string() }).nullable(),
  createdAtMs: timestampMs,
});
export type Instance = z.infer<typeof instance>;

const admin = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(150)
    .regex(/^[\w.@+-]+$/, 'use letters, digits and . @ + - _')
    .default('admin'),
  /** null: one is made. */
  password: z.string().min(8).max(1024).nullable().default(null),
});

/** Everything but the name has a default: `{"name":"home"}` is a whole lab. */
export const newInstance = z.strictObject({
  name: instanceName,
  source: instanceSource.default({ kind: 'package', suite: 'forky' }),
  include: include.default({ worker: true, qemu: false }),
  admin: admin.default({ username: 'admin', password: null }),
  memoryLimitBytes: memoryLimitBytes.default(null),
  lean: z.boolean().default(false),
  /** null: the next that is free. */
  port: port.nullable().default(null),
  autostart: z.boolean().default(true),
  backup: backupPolicy.default({ everyHours: null, keep: 7, maxAgeDays: null }),
});
export type NewInstance = z.infer<typeof newInstance>;
export type NewInstanceInput = z.input<typeof newInstance>;

export const instancePatch = z.strictObject({
  /** Its new name. */
  rename: instanceName.optional(),
  port: port.optional(),
  memoryLimitBytes: memoryLimitBytes.optional(),
  lean: z.boolean().optional(),
  autostart: z.boolean().optional(),
  backup: backupPolicy.optional(),
});
export type InstancePatch = z.infer<typeof instancePatch>;

/** What installing would do, looked up before anything is done. */
export const installPlan = z.object({
  name: instanceName,
  port,
  title: z.string().describe('of the source'),
  steps: z.array(z.object({ name: z.string(), what: z.string(), seconds: z.number() })),
  seconds: z.number().describe('an estimate; from earlier installs here where there were any'),
  /** What it will take of the disk; of the image nothing where it is shared. */
  diskBytes: z.object({ image: z.number(), volume: z.number(), free: z.number().nullable() }),
  /** True where an image of this source is there already. */
  sharesImage: z.boolean(),
  /** What would make it fail. */
  problems: z.array(z.object({ field: z.string().nullable(), message: z.string(), hint: z.string() })),
});
export type InstallPlan = z.infer<typeof installPlan>;

const byName = z.strictObject({ name: instanceRef });
const changing = { NOT_FOUND, CONFLICT, ...engineErrors };

/** Long work on an instance: answers at once with the task that does it. */
const action = (path: `/${string}`, summary: string) =>
  oc
    .route({ method: 'POST', path: `/instances/{name}${path}`, successStatus: 202, summary })
    .errors(changing)
    .input(byName)
    .output(begun);

export const instancesContract = {
  list: oc.route({ method: 'GET', path: '/instances', summary: 'All instances' }).output(z.array(instance)),
  get: oc
    .route({ method: 'GET', path: '/instances/{name}', summary: 'One instance' })
    .errors({ NOT_FOUND })
    .input(byName)
    .output(instance),
  plan: oc
    .route({ method: 'POST', path: '/instances/plan', summary: 'What installing this would do' })
    .errors({ BAD_REQUEST, ...engineErrors })
    .input(newInstance)
    .output(installPlan),
  add: oc
    .route({ method: 'POST', path: '/instances', successStatus: 202, summary: 'Install an instance' })
    .errors({ NAME_TAKEN, BAD_REQUEST, CONFLICT, UNSUPPORTED, ...engineErrors })
    .input(newInstance)
    .output(z.object({ instance, taskId: z.string() })),
  update: oc
    .route({
      method: 'PATCH',
      path: '/instances/{name}',
      summary: 'Change or rename it; what a running one must be started again for, it is',
    })
    .errors({ NOT_FOUND, NAME_TAKEN, BAD_REQUEST, CONFLICT, UNSUPPORTED, ...engineErrors })
    .input(instancePatch.extend({ name: instanceRef }))
    .output(instance),
  remove: oc
    .route({
      method: 'DELETE',
      path: '/instances/{name}',
      inputStructure: 'detailed',
      successStatus: 202,
      summary: 'Remove it with its data; its backups stay. Holding data, it wants its name as `confirm`',
    })
    .errors({ NOT_FOUND, CONFLICT, ...engineErrors })
    .input(
      z.object({
        params: byName,
        query: z.strictObject({ confirm: z.string().max(256).optional() }).default({}),
      }),
    )
    .output(begun),
  start: action('/start', 'Start it'),
  stop: action('/stop', 'Stop it'),
  restart: action('/restart', 'Stop and start it'),
  backup: action('/backup', 'Make a backup'),
  upgrade: oc
    .route({
      method: 'POST',
      path: '/instances/{name}/upgrade',
      successStatus: 202,
      summary:
        'Build its source as it is now, or another one, and move there; back by itself when that fails',
    })
    .errors({ ...changing, BAD_REQUEST, UNSUPPORTED })
    .input(byName.extend({ source: instanceSource.optional() }))
    .output(begun),
  upgradeAll: oc
    .route({
      method: 'POST',
      path: '/instances/upgrade-all',
      successStatus: 202,
      summary: 'Upgrade every installed instance, one after another',
    })
    .errors({ CONFLICT, ...engineErrors })
    .output(begun),
  clone: oc
    .route({
      method: 'POST',
      path: '/instances/{name}/clone',
      successStatus: 202,
      summary: 'Another instance of the same source, with its data or empty',
    })
    .errors({ ...changing, NAME_TAKEN, BAD_REQUEST })
    .input(byName.extend({ as: instanceName, withData: z.boolean().default(true) }))
    .output(z.object({ instance, taskId: z.string() })),
  restore: oc
    .route({
      method: 'POST',
      path: '/instances/{name}/restore',
      successStatus: 202,
      summary: 'Put a backup into this instance, or into a new one of this name',
    })
    .errors({ ...changing, BAD_REQUEST, DAMAGED, UNSUPPORTED })
    .input(
      byName.extend({
        /** One of GET /backups, or the absolute path of a file made by any Labdeck. */
        from: z.union([
          z.strictObject({ backupId: z.string().max(128) }),
          z.strictObject({ file: z.string().max(4096).regex(/^\//, 'give an absolute path') }),
        ]),
        /** Of a new instance; left out: as the instance of that name has it, or the default. */
        source: instanceSource.optional(),
      }),
    )
    .output(z.object({ instance, taskId: z.string() })),
  exec: oc
    .route({
      method: 'POST',
      path: '/instances/{name}/exec',
      summary: 'Run a program in it, as root of its container',
    })
    .errors({ NOT_FOUND, CONFLICT, BAD_REQUEST, ...engineErrors })
    .input(
      byName.extend({
        argv: z.array(z.string().max(32_768)).min(1).max(1000),
        stdin: z
          .string()
          .max(1024 * 1024)
          .default(''),
        timeoutMs: z.int().min(100).max(3_600_000).default(60_000),
      }),
    )
    .output(z.object({ exitCode: z.int(), stdout: z.string(), stderr: z.string() })),
  credentials: oc
    .route({ method: 'GET', path: '/instances/{name}/credentials', summary: 'Who may log in, and how' })
    .errors({ NOT_FOUND, CONFLICT })
    .input(byName)
    .output(z.object({ url: z.string(), username: z.string(), password: z.string() })),
  newPassword: oc
    .route({
      method: 'POST',
      path: '/instances/{name}/credentials',
      summary: 'Give the admin a new password, made here unless given',
    })
    .errors({ NOT_FOUND, CONFLICT, ...engineErrors })
    .input(byName.extend({ password: z.string().min(8).max(1024).optional() }))
    .output(z.object({ url: z.string(), username: z.string(), password: z.string() })),
  login: oc
    .route({
      method: 'POST',
      path: '/instances/{name}/login',
      summary: 'An address that logs a browser in, once, within a minute',
    })
    .errors({ NOT_FOUND, CONFLICT, ...engineErrors })
    .input(byName)
    .output(z.object({ url: z.string() })),
  logs: oc
    .route({
      method: 'GET',
      path: '/instances/{name}/logs/{part}',
      summary: 'The end of what a part, or the container itself, has logged',
    })
    .errors({ NOT_FOUND, CONFLICT, ...engineErrors })
    .input(
      byName.extend({
        part: instancePart.or(z.literal('container')),
        lines: z.coerce.number().pipe(z.int().min(1).max(10_000)).default(500),
      }),
    )
    .output(z.object({ text: z.string() })),
  restartPart: oc
    .route({ method: 'POST', path: '/instances/{name}/parts/{part}/restart', summary: 'Restart one part' })
    .errors({ NOT_FOUND, CONFLICT, ...engineErrors })
    .input(byName.extend({ part: instancePart }))
    .output(z.void()),
  backups: oc
    .route({ method: 'GET', path: '/instances/{name}/backups', summary: 'Its backups, newest first' })
    .errors({ NOT_FOUND })
    .input(byName)
    .output(z.array(backup)),
  changes: oc
    .route({
      method: 'GET',
      path: '/events/instances',
      summary: 'Instances, now and at each change (events)',
    })
    .output(eventIterator(z.array(instance))),
};
