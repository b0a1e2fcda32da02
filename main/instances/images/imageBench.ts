import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import type { ContainerEngine } from '../engine/engine.ts';
import { ImageService } from './imageService.ts';
import type { BuildListener } from './sharedWork.ts';

/** Something a test listens with. */
export interface Ear {
  readonly listener: BuildListener;
  readonly heard: { readonly steps: string[]; readonly shares: number[]; readonly lines: string[] };
  cancel(): void;
}

export function newEar(): Ear {
  const stop = new AbortController();
  const heard = { steps: [] as string[], shares: [] as number[], lines: [] as string[] };
  return {
    heard,
    cancel: () => stop.abort(new Error('cancelled')),
    listener: {
      signal: stop.signal,
      onStep: (step) => heard.steps.push(step),
      onProgress: (share) => heard.shares.push(share),
      onLine: (line) => heard.lines.push(line),
    },
  };
}

/** Folders, a small recipe and a service on them, for tests; the engine is theirs. */
export class ImageBench {
  readonly dir: string;
  /** Whether the registry answers. */
  isReachable = true;
  probes = 0;
  /** How far the clock is ahead. */
  aheadMs = 0;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async create(): Promise<ImageBench> {
    const bench = new ImageBench(await mkdtemp(path.join(tmpdir(), 'labdeck-images-')));
    await bench.write('recipe/Containerfile', 'ARG BASE\nFROM $BASE\nRUN apt-get install labinit\n');
    await bench.write('recipe/Containerfile.source', 'ARG BASE\nFROM $BASE\nRUN sh overlay-source.sh\n');
    return bench;
  }

  service(engine: ContainerEngine): ImageService {
    const clock: Clock = { ...systemClock, nowMs: () => Date.now() + this.aheadMs };
    return new ImageService({
      engine: async () => engine,
      recipeDir: path.join(this.dir, 'recipe'),
      workDir: path.join(this.dir, 'work'),
      cacheDir: path.join(this.dir, 'cache'),
      labId: () => 'bench',
      clock,
      logger: silentLogger,
      isRegistryReachable: async () => {
        this.probes += 1;
        return this.isReachable;
      },
    });
  }

  async write(name: string, text: string, mode = 0o644): Promise<void> {
    const file = path.join(this.dir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, mode);
  }

  /** Adds a LAVA tree. */
  async writeTree(name: string): Promise<string> {
    const packages = ['common', 'dispatcher', 'rest_app', 'results_app', 'scheduler_app', 'server'];
    for (const one of packages) await this.write(`${name}/lava_${one}/__init__.py`, '');
    await this.write(`${name}/linaro_django_xmlrpc/__init__.py`, '');
    await this.write(`${name}/share/x`, '');
    return path.join(this.dir, name);
  }

  /** What is left of work. */
  left(): Promise<string[]> {
    return readdir(path.join(this.dir, 'work')).catch(() => []);
  }

  remove(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true });
  }
}
