import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EngineModel } from '../../../test/fakes/engine/engineModel.ts';
import { FakeEngine } from '../../../test/fakes/engine/fakeEngine.ts';
import type { ShellEvent } from '../../contract/index.ts';
import type { InstanceAccess } from '../instanceAccess.ts';
import { ShellsService } from './shellsService.ts';

const size = { columns: 80, rows: 24 };

let engine: FakeEngine;
let shells: ShellsService;
let opened: number;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  engine = new FakeEngine({ model: new EngineModel() });
  const image = engine.model.addImage({ labels: {}, lava: null });
  const nothing = { labels: {}, volumes: [], binds: [], ports: [], capabilities: [], memoryLimitBytes: null };
  engine.model.create({
    ...nothing,
    name: 'home',
    image: image.id,
    hostname: 'home',
    argv: ['sleep', '1000'],
  });
  await engine.model.start('home');
  opened = 0;
  const shellPlace = async () => {
    opened += 1;
    return { engine, container: 'home', shellId: `s${opened}` };
  };
  shells = new ShellsService({ shellPlace } as unknown as InstanceAccess);
});
afterEach(async () => {
  shells.close();
  vi.useRealTimers();
  await engine.model.dispose();
});

/** What it has printed until now, and from now on. */
function hear(shellId: string) {
  const events: ShellEvent[] = [shells.kept(shellId)];
  const heard = shells.listen(shellId, (event) => events.push(event));
  const text = () =>
    events
      .map((event) => (event.type === 'output' ? Buffer.from(event.data, 'base64').toString() : ''))
      .join('');
  return { text, events, leave: () => heard.dispose() };
}

const type = (shellId: string, text: string) => shells.write(shellId, Buffer.from(text).toString('base64'));
const soon = { interval: 2, timeout: 3000 };
const poll: typeof vi.waitFor = (check) => vi.waitFor(check, soon);
const running = () => engine.model.getContainer('home').processes.size - 1;

test('it prints what is typed and what that does, and knows its size', async () => {
  const shellId = await shells.open('home', 'container', { columns: 77, rows: 22 });
  const ear = hear(shellId);
  type(shellId, 'stty size\r');
  await poll(() => expect(ear.text()).toContain('22 77'));
  await shells.resize(shellId, { columns: 100, rows: 40 });
  type(shellId, 'stty size\r');
  await poll(() => expect(ear.text()).toContain('40 100'));
});

test('who comes back finds what was printed, and the end with its exit code', async () => {
  const shellId = await shells.open('home', 'container', size);
  const first = hear(shellId);
  type(shellId, 'echo hello\r');
  await poll(() => expect(first.text()).toContain('hello\r\n'));
  first.leave();
  const second = hear(shellId);
  expect(second.text()).toContain('hello');
  type(shellId, 'exit 3\r');
  await poll(() => expect(second.events.at(-1)).toEqual({ type: 'exited', exitCode: 3 }));
  second.leave();
  const late = hear(shellId);
  await poll(() => expect(late.events.at(-1)).toEqual({ type: 'exited', exitCode: 3 }));
  // Typing into what has ended is harmless.
  type(shellId, 'x');
  await shells.resize(shellId, size);
});

test('one that nobody listens to is ended after a minute; one that somebody does is not', async () => {
  const alone = await shells.open('home', 'container', size);
  const heard = await shells.open('home', 'manage', size);
  const ear = hear(heard);
  hear(alone).leave();
  await poll(() => expect(running()).toBe(2));
  await vi.advanceTimersByTimeAsync(59_000);
  expect(shells.kept(alone)).toBeDefined();
  await vi.advanceTimersByTimeAsync(2000);
  expect(() => shells.kept(alone)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  await poll(() => expect(running()).toBe(1));
  ear.leave();
  await vi.advanceTimersByTimeAsync(61_000);
  await poll(() => expect(running()).toBe(0));
});

test('the 33rd is refused, also when all are asked for at once; one that ended makes room', async () => {
  const asked = await Promise.allSettled(
    Array.from({ length: 40 }, () => shells.open('home', 'container', size)),
  );
  const open = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(open).toHaveLength(32);
  expect(asked.filter(({ status }) => status === 'rejected')).toMatchObject(
    Array(8).fill({ reason: { code: 'CONFLICT' } }),
  );
  const [first = ''] = open;
  const ear = hear(first);
  type(first, 'exit\r');
  await poll(() => expect(ear.events.at(-1)).toMatchObject({ type: 'exited' }));
  expect(await shells.open('home', 'container', size)).not.toBe('');
});

test('a container that goes ends its shells, and closing ends all and lets none begin', async () => {
  const shellId = await shells.open('home', 'container', size);
  const ear = hear(shellId);
  await poll(() => expect(running()).toBe(1));
  await engine.removeContainer('home');
  await poll(() => expect(ear.events.at(-1)).toMatchObject({ type: 'exited' }));
  shells.close();
  expect(() => shells.kept(shellId)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  await expect(shells.open('home', 'container', size)).rejects.toMatchObject({ code: 'CONFLICT' });
});
