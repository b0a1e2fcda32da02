import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readBackup, writeBackup } from './fakeBackup.ts';
import type { FakeInstance } from './fakeInstance.ts';
import { fits } from './lavaModel.ts';
import type { Io } from './miniShell.ts';

/** What the control program answers instead of a result. */
class Refusal extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint = '') {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

type Answer = (instance: FakeInstance, input: unknown) => object;

const user = z.object({ username: z.string().min(1) });
const admin = user.extend({ password: z.string().min(1) });
const token = user.extend({ description: z.string() });
const part = z.object({ part: z.enum(['database', 'server', 'publisher', 'scheduler', 'worker']) });

const answers: Readonly<Record<string, Answer>> = {
  status: (instance) => instance.status(),
  admin: (instance, input) => {
    const { username, password } = read(admin, input);
    const { users } = up(instance).data;
    const known = users.find(({ name }) => name === username);
    if (known) known.password = password;
    else users.push({ name: username, password });
    return { created: !known };
  },
  token: (instance, input) => {
    const { username, description } = read(token, input);
    const { tokens } = up(instance).data;
    const mine = (entry: { user: string; description: string }) =>
      entry.user === username && entry.description === description;
    const known = tokens.find(mine) ?? {
      user: username,
      description,
      token: randomBytes(32).toString('hex'),
    };
    if (!tokens.includes(known)) tokens.push(known);
    return { token: known.token };
  },
  login: (instance, input) => {
    const { username } = read(user, input);
    if (!up(instance).data.users.some(({ name }) => name === username))
      throw new Refusal('BAD_REQUEST', `There is no user ${username}`);
    return { path: `/labdeck/login?token=${instance.logins.offer(username)}` };
  },
  schema: ({ release, volume }) => {
    const schemaOf = ({ postgresMajor, migrations }: typeof release) => ({ postgresMajor, migrations });
    const data = volume.lava && volume.lava !== 'foreign' ? schemaOf(volume.lava) : null;
    return { lavaVersion: release.lavaVersion, image: schemaOf(release), volume: data };
  },
  logs: (_, input) => ({ text: `${read(part, input).part}: started\n${read(part, input).part}: ready\n` }),
  restart: (instance, input) => {
    void instance.crash(read(part, input).part, 'restarted on request', 20);
    return {};
  },
};

/** The control program of a fake instance: JSON in, one JSON object out. Resolves with the exit code. */
export async function labctl(instance: FakeInstance, verb: string, io: Io): Promise<number> {
  const isBackup = verb === 'backup';
  try {
    if (isBackup) await backup(instance, io);
    else if (verb === 'restore') await io.out(JSON.stringify(await restore(instance, io)));
    else {
      const answer = answers[verb];
      if (!answer) throw new Refusal('BAD_REQUEST', `There is no command ${verb}`);
      await io.out(`${JSON.stringify(answer(instance, JSON.parse((await allOf(io)).toString() || '{}')))}\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const said = `${JSON.stringify({ code: error.code, message: error.message, hint: error.hint })}\n`;
    // A backup's standard output is the backup.
    if (isBackup) io.err(said);
    else await io.out(said);
    return 1;
  }
}

async function backup(instance: FakeInstance, io: Io): Promise<void> {
  if (!['running', 'maintenance'].includes(instance.state))
    throw new Refusal('CONFLICT', 'The instance is not running', 'Start it first.');
  for await (const bytes of writeBackup(instance.data, instance.config.name)) {
    if (io.signal.aborted) return;
    await io.out(bytes);
  }
}

async function restore(instance: FakeInstance, io: Io): Promise<object> {
  if (instance.state !== 'awaiting-restore')
    throw new Refusal('CONFLICT', 'The instance does not wait for a backup');
  const found = await readBackup(await allOf(io));
  if ('damaged' in found)
    throw new Refusal('DAMAGED', `The backup is damaged: ${found.damaged}`, 'Use another one.');
  const fit = fits(found.data, instance.release);
  if (fit === 'newer')
    throw new Refusal('CONFLICT', 'The backup was made by a newer LAVA', 'Restore it with an image as new.');
  instance.restore(found.data);
  return { restored: found.manifest };
}

function up(instance: FakeInstance): FakeInstance {
  if (instance.state !== 'running')
    throw new Refusal('CONFLICT', 'The instance is not running yet', 'Wait for it.');
  return instance;
}

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const checked = schema.safeParse(input);
  if (checked.success) return checked.data;
  throw new Refusal('BAD_REQUEST', checked.error.issues[0]?.message ?? 'bad input');
}

async function allOf(io: Io): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const bytes of io.stdin ?? []) chunks.push(bytes);
  return Buffer.concat(chunks);
}
