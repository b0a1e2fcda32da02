import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { runCommand } from '../../base/command.ts';
import { LabError } from '../../contract/index.ts';
import { aliasIn, buildAlias, isBuilding } from './buildAlias.ts';
import { buildGuard } from './buildGuard.ts';
import { toEngineError } from './complaints.ts';
import type { BuildSpec, RunOptions } from './engine.ts';
import { deadlines, type EngineCli } from './engineCli.ts';
import { bareId, parseEngineJson } from './engineJson.ts';
import { nameImage, removeDangling, removeImage } from './images.ts';
import { labelArgs, words } from './objects.ts';

/** The guard needs ten seconds for a build that does not want to go. */
const graceMs = 15_000;

/** Builds with podman, and sweeps up after builds that could not do that themselves. */
export class PodmanBuilder {
  readonly #cli: EngineCli;
  readonly #ulimits: readonly string[];
  #count = 0;

  constructor(cli: EngineCli, ulimits: readonly string[]) {
    this.#cli = cli;
    this.#ulimits = ulimits;
  }

  async build(spec: BuildSpec, run: RunOptions): Promise<string> {
    this.#count += 1;
    const alias = await buildAlias(this.#count);
    const scratch = path.join(tempDir(this.#cli.env), alias);
    const base = spec.buildArgs.BASE;
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    try {
      if (base !== undefined)
        await this.#cli.must(['tag', base, aliasReference(alias)], { timeoutMs: deadlines.list });
      const buildArgs =
        base === undefined ? spec.buildArgs : { ...spec.buildArgs, BASE: aliasReference(alias) };
      const imageId = await this.#run({ ...spec, buildArgs }, scratch, run);
      // Named only now: a build that was given up never has the name.
      await nameImage(this.#cli, imageId, spec.reference);
      return imageId;
    } finally {
      await this.#sweep(alias);
    }
  }

  async #run(spec: BuildSpec, scratch: string, run: RunOptions): Promise<string> {
    const idFile = path.join(scratch, 'id');
    // Without layers there is one new layer and no cache: what is thrown away leaves nothing, and it is faster than
    // committing after each step. What images share is their base.
    const args = [
      'build',
      '--layers=false',
      '--force-rm',
      '--pull=never',
      ...this.#ulimits,
      '--iidfile',
      idFile,
    ];
    for (const [name, value] of Object.entries(spec.buildArgs)) args.push('--build-arg', `${name}=${value}`);
    args.push(...labelArgs(spec.labels), '--file', spec.containerfile, spec.contextDir);
    const argv = this.#cli.argv(args);
    const outcome = await runCommand(this.#cli.tethered(['sh', '-c', buildGuard, 'sh', ...argv]), {
      env: { ...this.#cli.env, TMPDIR: scratch },
      timeoutMs: deadlines.build,
      graceMs,
      endsItsChildren: true,
      ...run,
    });
    if (outcome.exitCode !== 0) throw toEngineError({ ...outcome, argv });
    const imageId = bareId((await readFile(idFile, 'utf8')).trim());
    if (run.signal?.aborted) {
      await removeImage(this.#cli, imageId);
      throw run.signal.reason;
    }
    return imageId;
  }

  /** What processes left behind that died while they built: working containers, names, temporary files, images. */
  async sweepAll(label: string): Promise<void> {
    const [containers, names, folders] = await Promise.all([
      this.#workingContainers(),
      this.#imageNames(),
      readdir(tempDir(this.#cli.env)).catch(() => []),
    ]);
    const found = [...containers.map(({ name }) => name), ...names, ...folders].map(aliasIn);
    for (const alias of new Set(found)) {
      if (alias !== null && !(await isBuilding(alias))) await this.#sweep(alias);
    }
    await removeDangling(this.#cli, label);
  }

  async #sweep(alias: string): Promise<void> {
    const mine = (name: string) => aliasIn(name) === alias;
    const stray = (await this.#workingContainers()).filter(({ name }) => mine(name)).map(({ id }) => id);
    if (stray.length > 0) await this.#cli.must(['rm', '--force', ...stray], { timeoutMs: deadlines.remove });
    for (const name of (await this.#imageNames()).filter(mine)) {
      // With one argument it would take all names from the image.
      await this.#cli.run(['untag', name, name], { timeoutMs: deadlines.list });
    }
    const scratch = path.join(tempDir(this.#cli.env), alias);
    await rm(scratch, { recursive: true, force: true }).catch((cause: unknown) => {
      throw new LabError(
        'COMMAND_FAILED',
        `${scratch} could not be removed`,
        { hint: 'Remove it by hand.' },
        { cause },
      );
    });
  }

  async #workingContainers(): Promise<{ id: string; name: string }[]> {
    const args = ['ps', '--all', '--external', '--filter', 'name=labdeck-build-', '--format', 'json'];
    const printed = await this.#cli.must(args, { timeoutMs: deadlines.list });
    const rows = parseEngineJson(
      'podman ps',
      printed,
      z.array(z.object({ Id: z.string(), Names: z.array(z.string()).nullish() })),
    );
    return rows.map(({ Id, Names }) => ({ id: Id, name: Names?.[0] ?? '' }));
  }

  async #imageNames(): Promise<string[]> {
    const args = [
      'image',
      'ls',
      '--filter',
      'reference=*labdeck-build-*',
      '--format',
      '{{.Repository}}:{{.Tag}}',
    ];
    return words(await this.#cli.must(args, { timeoutMs: deadlines.list }));
  }
}

function aliasReference(alias: string): string {
  return `localhost/${alias}`;
}

/** Where podman keeps its temporary files where nobody says otherwise. */
function tempDir(env: NodeJS.ProcessEnv): string {
  return env.TMPDIR ?? '/var/tmp';
}
