import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ContainerEngine, ContainerSpec, EngineEvent } from '../../../main/instances/engine/engine.ts';

/** An engine with one small image in it, in which `sh`, `cat`, `echo`, `sleep`, `ps` and `python3` are. */
export interface EngineRig {
  readonly engine: ContainerEngine;
  /** A tar file with the root file system of that image. */
  readonly rootTar: string;
  /** A folder of its own for what the suite writes. */
  readonly folder: string;
  /** What is in the engine, of whomever, that a build may leave behind: working containers, images, files. */
  leftovers(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

const waiting = { timeout: 20_000, interval: 20 };

/** What every engine promises. */
export function describeContainerEngine(name: string, makeRig: () => Promise<EngineRig>): void {
  describe(`container engine ${name}`, () => {
    const run = `suite-${process.pid}`;
    const label = `io.labdeck.test=${run}`;
    const labels = { 'io.labdeck.test': run };
    const reference = `localhost/labdeck-${run}:root`;
    let rig: EngineRig;
    let engine: ContainerEngine;
    let image: string;
    let count = 0;

    beforeAll(async () => {
      rig = await makeRig();
      engine = rig.engine;
      image = await engine.importRoot(rig.rootTar, reference, { ...labels, kind: 'root' });
    });
    afterAll(async () => {
      for (const container of await engine.containers(label)) await engine.removeContainer(container.name);
      for (const volume of await engine.volumes(label)) await engine.removeVolume(volume.name);
      for (const made of await engine.images(label)) await engine.removeImage(made.imageId);
      await rig.dispose();
    });

    function spec(more: Partial<ContainerSpec> = {}): ContainerSpec {
      count += 1;
      return {
        name: `labdeck-${run}-${count}`,
        image: reference,
        labels,
        hostname: 'tiny',
        volumes: [],
        binds: [],
        ports: [],
        capabilities: ['KILL'],
        memoryLimitBytes: null,
        argv: ['sleep', '1000'],
        network: 'none',
        ...more,
      };
    }

    async function running(more: Partial<ContainerSpec> = {}): Promise<string> {
      const wanted = spec(more);
      await engine.create(wanted);
      await engine.start(wanted.name);
      return wanted.name;
    }

    async function processesIn(container: string): Promise<string> {
      return (await engine.exec(container, ['ps'])).stdout;
    }

    /** Builds from the small image; the steps are lines of a Containerfile. */
    function build(steps: string[], more: { signal?: AbortSignal; onLine?: (line: string) => void } = {}) {
      count += 1;
      const contextDir = path.join(rig.folder, `context-${count}`);
      mkdirSync(contextDir, { recursive: true });
      const containerfile = path.join(contextDir, 'Containerfile');
      writeFileSync(containerfile, ['ARG BASE', 'FROM $BASE', 'ARG WORD', ...steps, ''].join('\n'));
      const buildArgs = { BASE: reference, WORD: 'hello' };
      return engine.build(
        { contextDir, containerfile, reference: `${reference}-built`, buildArgs, labels },
        more,
      );
    }

    test('an imported image is found by name and by label, with its size', async () => {
      expect(await engine.findImage(reference)).toMatchObject({ imageId: image, references: [reference] });
      const listed = await engine.images(label);
      expect(listed.map(({ imageId }) => imageId)).toEqual([image]);
      expect(listed[0]?.labels).toMatchObject({ ...labels, kind: 'root' });
      expect(listed[0]?.sizeBytes).toBeGreaterThan(0);
      expect(await engine.findImage('localhost/labdeck-nobody-has-this:1')).toBeNull();
      expect(await engine.images('io.labdeck.test=somebody-else')).toEqual([]);
    });

    test('a volume is listed by its label, its name is taken once, and removing it twice is harmless', async () => {
      const volume = `labdeck-${run}-volume`;
      await engine.createVolume(volume, labels);
      expect(await engine.volumes(label)).toEqual([{ name: volume, labels }]);
      await expect(engine.createVolume(volume, labels)).rejects.toMatchObject({ code: 'CONFLICT' });
      await engine.removeVolume(volume);
      await engine.removeVolume(volume);
      expect(await engine.volumes(label)).toEqual([]);
    });

    test('a container goes from created to running to stopped and away, and asking twice is harmless', async () => {
      const wanted = spec();
      const containerId = await engine.create(wanted);
      expect(await engine.findContainer(wanted.name)).toEqual({
        containerId,
        name: wanted.name,
        labels: expect.objectContaining(labels),
        imageId: image,
        state: 'created',
        exitCode: null,
        startedAtMs: null,
      });
      await engine.start(wanted.name);
      await engine.start(wanted.name);
      expect(await engine.findContainer(wanted.name)).toMatchObject({ state: 'running', exitCode: null });
      expect((await engine.findContainer(wanted.name))?.startedAtMs).toBeGreaterThan(Date.now() - 60_000);
      // Its first process is nobody's child and hears no SIGTERM: it has to be killed.
      await engine.stop(wanted.name, 100);
      await engine.stop(wanted.name, 100);
      expect(await engine.findContainer(wanted.name)).toMatchObject({ state: 'stopped', exitCode: 137 });
      await engine.start(wanted.name);
      await engine.removeContainer(wanted.name);
      await engine.removeContainer(wanted.name);
      expect(await engine.findContainer(wanted.name)).toBeNull();
    });

    test('a program that ends by itself leaves its exit code', async () => {
      const name = await running({ argv: ['sh', '-c', 'echo said; exit 7'] });
      await vi.waitFor(
        async () => expect(await engine.findContainer(name)).toMatchObject({ state: 'stopped', exitCode: 7 }),
        waiting,
      );
      expect(await engine.logs(name, 10)).toBe('said\n');
      await engine.removeContainer(name);
    });

    test('only containers with the label are listed', async () => {
      const mine = await running();
      const other = await running({ labels: { 'io.labdeck.test': 'other' } });
      const names = async (by: string) => (await engine.containers(by)).map((container) => container.name);
      expect(await names(label)).toEqual([mine]);
      expect(await names('io.labdeck.test=other')).toEqual([other]);
      expect((await names('io.labdeck.test')).sort()).toEqual(expect.arrayContaining([mine, other].sort()));
      await engine.removeContainer(mine);
      await engine.removeContainer(other);
    });

    test('a name that is taken and an image that is not there are told apart', async () => {
      const wanted = spec();
      await engine.create(wanted);
      await expect(engine.create(wanted)).rejects.toMatchObject({ code: 'CONFLICT' });
      await engine.removeContainer(wanted.name);
      const nothing = spec({ image: 'localhost/labdeck-nobody-has-this:1' });
      await expect(engine.create(nothing)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await engine.findContainer(nothing.name)).toBeNull();
      await expect(engine.start(nothing.name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('a port somebody took in the meantime is named, and once it is free the container starts', async () => {
      const taker = createServer().listen(0, '127.0.0.1');
      await once(taker, 'listening');
      const address = taker.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const wanted = spec({ ports: [{ host: port, container: 80 }], network: 'bridge' });
      await engine.create(wanted);
      await expect(engine.start(wanted.name)).rejects.toMatchObject({
        code: 'CONFLICT',
        data: { details: { port } },
      });
      expect(await engine.findContainer(wanted.name)).not.toMatchObject({ state: 'running' });
      taker.close();
      await once(taker, 'close');
      await engine.start(wanted.name);
      expect(await engine.findContainer(wanted.name)).toMatchObject({ state: 'running' });
      await engine.removeContainer(wanted.name);
    });

    test('a program in a container gets its input and gives back its output and its exit code', async () => {
      const name = await running();
      expect(await engine.exec(name, ['cat'], { stdin: 'grüße\n' })).toEqual({
        exitCode: 0,
        stdout: 'grüße\n',
        stderr: '',
      });
      const failing = await engine.exec(name, ['sh', '-c', 'echo out; echo err >&2; exit 125']);
      expect(failing).toEqual({ exitCode: 125, stdout: 'out\n', stderr: 'err\n' });
      const spaced = await engine.exec(name, ['echo', 'a b', "it's", '$HOME', '']);
      expect(spaced.stdout).toBe("a b it's $HOME \n");
      const lines: string[] = [];
      await engine.exec(name, ['sh', '-c', 'echo one; echo two'], { onLine: (line) => lines.push(line) });
      expect(lines).toEqual(['one', 'two']);
      await engine.removeContainer(name);
    });

    test('nothing runs in a container that stands still or is not there', async () => {
      const wanted = spec();
      await engine.create(wanted);
      await expect(engine.exec(wanted.name, ['true'])).rejects.toMatchObject({ code: 'CONFLICT' });
      await engine.removeContainer(wanted.name);
      await expect(engine.exec(wanted.name, ['true'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('a program given up, or past its deadline, does not go on in the container', async () => {
      const name = await running();
      const stop = new AbortController();
      const heard: string[] = [];
      const given = engine.exec(name, ['sh', '-c', 'echo begun; sleep 555'], {
        signal: stop.signal,
        onLine: (line) => heard.push(line),
      });
      await vi.waitFor(() => expect(heard).toEqual(['begun']), waiting);
      expect(await processesIn(name)).toContain('sleep 555');
      stop.abort(new Error('changed my mind'));
      await expect(given).rejects.toThrow('changed my mind');
      expect(await processesIn(name)).not.toContain('sleep 555');
      const late = engine.exec(name, ['sleep', '556'], { timeoutMs: 1_500 });
      await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
      expect(await processesIn(name)).not.toContain('sleep 556');
      await engine.removeContainer(name);
    });

    test('more bytes than fit in a pipe pass through unchanged', async () => {
      const name = await running();
      const sent = Buffer.alloc(8 * 1024 * 1024);
      for (let at = 0; at < sent.length; at += 4) sent.writeUInt32LE((at * 2_654_435_761) % 0xffffffff, at);
      const stdin = new PassThrough();
      const stdout = new PassThrough();
      const received: Buffer[] = [];
      stdout.on('data', (bytes: Buffer) => received.push(bytes));
      stdin.end(sent);
      await engine.stream(name, ['cat'], { stdin, stdout });
      expect(Buffer.concat(received).equals(sent)).toBe(true);
      const failing = engine.stream(name, ['sh', '-c', 'echo why >&2; exit 3'], {
        stdout: new PassThrough(),
      });
      await expect(failing).rejects.toMatchObject({
        code: 'COMMAND_FAILED',
        data: { details: { exitCode: 3, stderr: 'why\n' } },
      });
      await engine.removeContainer(name);
    });

    test('a terminal has a size, takes typing in UTF-8 and Ctrl+C, and gives its exit code', async () => {
      const name = await running();
      const terminal = engine.terminal(name, ['sh'], { columns: 91, rows: 33 });
      let shown = '';
      terminal.output.on('data', (bytes: Buffer) => {
        shown += bytes.toString('utf8');
      });
      const shows = (text: string) => vi.waitFor(() => expect(shown).toContain(text), waiting);
      terminal.input.write('stty size\r');
      await shows('33 91');
      await terminal.resize(132, 50);
      terminal.input.write('stty size\r');
      await shows('50 132');
      terminal.input.write('echo grüß-$((40+2))\r');
      await shows('grüß-42');
      terminal.input.write('sleep 557\r');
      await vi.waitFor(async () => expect(await processesIn(name)).toContain('sleep 557'), waiting);
      terminal.input.write('\x03');
      await vi.waitFor(async () => expect(await processesIn(name)).not.toContain('sleep 557'), waiting);
      terminal.input.write('exit 9\r');
      expect(await terminal.exited).toBe(9);
      await engine.removeContainer(name);
    });

    test('a terminal that is closed leaves nothing running in the container', async () => {
      const name = await running();
      const terminal = engine.terminal(name, ['sh'], { columns: 80, rows: 24 });
      terminal.output.resume();
      terminal.input.write('sleep 558\r');
      await vi.waitFor(async () => expect(await processesIn(name)).toContain('sleep 558'), waiting);
      terminal.kill();
      await terminal.exited;
      const left = await processesIn(name);
      expect(left).not.toContain('sleep 558');
      expect(left).not.toContain('python3');
      await engine.removeContainer(name);
    });

    test('who watches hears of start, end and removal, of containers with the label alone', async () => {
      const heard: EngineEvent[] = [];
      const watch = engine.watch(label, (event) => heard.push(event));
      const what = (name: string) =>
        heard.filter((event) => event.containerName === name).map((event) => event.what);
      // Events begin when the watcher is up: one that is started again and again will be heard at last.
      const first = await running();
      await vi.waitFor(async () => {
        if (what(first).length > 0) return;
        await engine.stop(first, 0);
        await engine.start(first);
        expect(what(first).length).toBeGreaterThan(0);
      }, waiting);
      const name = await running();
      const other = await running({ labels: { 'io.labdeck.test': 'other' } });
      await engine.removeContainer(other);
      await engine.removeContainer(name);
      await vi.waitFor(() => expect(what(name)).toEqual(['started', 'died', 'removed']), waiting);
      expect(what(other)).toEqual([]);
      expect(heard.at(-1)?.labels).toMatchObject(labels);
      watch.dispose();
      const count = heard.length;
      await engine.removeContainer(first);
      expect(heard.length).toBe(count);
    });

    test('a build says what it does, has its labels and name, and leaves nothing beside its image', async () => {
      const before = await rig.leftovers();
      const lines: string[] = [];
      const built = await build(['RUN echo built-$WORD'], { onLine: (line) => lines.push(line) });
      expect(lines).toContain('built-hello');
      expect(await engine.findImage(`${reference}-built`)).toMatchObject({ imageId: built });
      const again = await build(['RUN echo other']);
      expect(again).not.toBe(built);
      expect(await engine.findImage(built)).toBeNull();
      expect((await engine.images(label)).map(({ imageId }) => imageId).sort()).toEqual(
        [image, again].sort(),
      );
      expect((await engine.findImage(reference))?.references).toEqual([reference]);
      const name = await running({ image: again });
      await expect(engine.removeImage(again)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect((await engine.findImage(again))?.references).toEqual([`${reference}-built`]);
      await engine.removeContainer(name);
      await engine.removeImage(again);
      await engine.removeImage(again);
      expect(await rig.leftovers()).toEqual(before);
    });

    test('a build that fails says why and leaves nothing', async () => {
      const before = await rig.leftovers();
      const failing = build(['RUN echo about to fail', 'RUN echo no luck && exit 4']);
      await expect(failing).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
      expect(await rig.leftovers()).toEqual(before);
      expect(await engine.findImage(`${reference}-built`)).toBeNull();
    });

    test.each([
      ['in a step', 'STEP-RUNS'],
      ['between steps', 'STEP 1'],
    ])('a build given up %s ends at once and leaves nothing', async (_where, sign) => {
      const before = await rig.leftovers();
      const stop = new AbortController();
      const lines: string[] = [];
      const given = build(['RUN echo STEP-RUNS && sleep 559'], {
        signal: stop.signal,
        onLine: (line) => {
          lines.push(line);
          if (line.startsWith(sign)) stop.abort(new Error('changed my mind'));
        },
      });
      const begunMs = performance.now();
      await expect(given).rejects.toThrow('changed my mind');
      expect(performance.now() - begunMs).toBeLessThan(15_000);
      expect(lines.some((line) => line.startsWith(sign))).toBe(true);
      expect(await rig.leftovers()).toEqual(before);
    });

    test('what is in a volume stays when its container goes', async () => {
      const volume = `labdeck-${run}-kept`;
      await engine.createVolume(volume, labels);
      const volumes = [{ volume, target: '/state' }];
      const first = await running({ volumes });
      await engine.exec(first, ['sh', '-c', 'echo kept > /state/file']);
      await engine.removeContainer(first);
      const second = await running({ volumes });
      expect((await engine.exec(second, ['cat', '/state/file'])).stdout).toBe('kept\n');
      await expect(engine.removeVolume(volume)).rejects.toMatchObject({ code: 'CONFLICT' });
      await engine.removeContainer(second);
      await engine.removeVolume(volume);
    });

    test('a folder of this machine is seen in the container', async () => {
      const source = path.join(rig.folder, 'a folder');
      mkdirSync(source, { recursive: true });
      writeFileSync(path.join(source, 'note'), 'from outside\n');
      const name = await running({ binds: [{ source, target: '/run/labdeck', readOnly: false }] });
      expect((await engine.exec(name, ['cat', '/run/labdeck/note'])).stdout).toBe('from outside\n');
      await engine.removeContainer(name);
      rmSync(source, { recursive: true });
    });

    test('it says where it keeps what it makes', async () => {
      expect(path.isAbsolute(await engine.storageDir())).toBe(true);
      expect(engine.info.version).not.toBe('');
    });
  });
}
