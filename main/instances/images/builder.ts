import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { ContainerEngine } from '../engine/engine.ts';
import { inBuildFolder } from './buildFolder.ts';
import { buildProgress } from './buildProgress.ts';
import { readHostApt } from './hostApt.ts';
import { factsReader, factsStep, type ImageFacts } from './imageFacts.ts';
import { type ImageLabels, referenceOf, toLabels } from './labels.ts';
import { copyRecipe } from './recipe.ts';
import type { BuildListener } from './sharedWork.ts';

export interface BuildRequest {
  /** Image id of what it stands on. */
  readonly base: string;
  readonly labels: ImageLabels;
  readonly listener: BuildListener;
}

export interface Built {
  readonly imageId: string;
  /** null: the recipe's own notes could not be read. */
  readonly facts: ImageFacts | null;
}

/** Runs the builds Labdeck has: its recipe, a tree over it, and a mere name on what is there. */
export class Builder {
  readonly #recipeDir: string;
  readonly #workDir: string;
  readonly #clock: Clock;

  constructor(options: { readonly recipeDir: string; readonly workDir: string; readonly clock: Clock }) {
    this.#recipeDir = options.recipeDir;
    this.#workDir = options.workDir;
    this.#clock = options.clock;
  }

  /** LAVA's packages on a Debian, or what is missing on an image that has LAVA. */
  recipe(engine: ContainerEngine, request: BuildRequest, qemu: boolean): Promise<Built> {
    return inBuildFolder(this.#workDir, async (dir) => {
      await copyRecipe(this.#recipeDir, dir);
      const { settings } = await readHostApt();
      await writeFile(path.join(dir, 'apt.conf'), settings.map((line) => `${line}\n`).join(''));
      return this.#build(engine, request, { dir, file: 'Containerfile', args: { QEMU: qemu ? '1' : '0' } });
    });
  }

  /** `dir` has the tree as `tree/`; the rest of the context is added to it. */
  async tree(engine: ContainerEngine, request: BuildRequest, dir: string, version: string): Promise<Built> {
    await copyRecipe(this.#recipeDir, dir);
    await writeFile(path.join(dir, 'version'), `${version}\n`);
    return this.#build(engine, request, { dir, file: 'Containerfile.source', args: {} });
  }

  /** The same image under our own labels. */
  relabel(engine: ContainerEngine, request: BuildRequest): Promise<Built> {
    return inBuildFolder(this.#workDir, async (dir) => {
      await writeFile(path.join(dir, 'Containerfile'), 'ARG BASE\nFROM $BASE\n');
      const isInstance = request.labels.role === 'instance';
      return this.#build(engine, request, { dir, file: 'Containerfile', args: {} }, isInstance);
    });
  }

  /** Runs a shell command on an image without starting what is in it; resolves with the lines it prints. */
  peek(
    engine: ContainerEngine,
    image: string,
    labId: string,
    script: string,
    signal: AbortSignal,
  ): Promise<string[]> {
    const mark = 'labdeck-says ';
    return inBuildFolder(this.#workDir, async (dir) => {
      const step = `RUN { ${script}; } | sed 's/^/${mark}/'`;
      await writeFile(path.join(dir, 'Containerfile'), `ARG BASE\nFROM $BASE\n${step}\n`);
      const said: string[] = [];
      const imageId = await engine.build(
        {
          contextDir: dir,
          containerfile: path.join(dir, 'Containerfile'),
          reference: `localhost/${peekName}:${path.basename(dir).toLowerCase()}`,
          buildArgs: { BASE: image },
          labels: peekLabels(labId),
        },
        {
          signal,
          onLine: (whole) => {
            const line = whole.replace(/^#\d+ \d+\.\d+ /, '');
            if (line.startsWith(mark)) said.push(line.slice(mark.length));
          },
        },
      );
      await engine.removeImage(imageId);
      return said;
    });
  }

  async #build(
    engine: ContainerEngine,
    { base, labels, listener }: BuildRequest,
    context: { dir: string; file: string; args: Record<string, string> },
    saysFacts = labels.role === 'instance',
  ): Promise<Built> {
    const containerfile = path.join(context.dir, context.file);
    if (saysFacts) await appendFile(containerfile, `\n${factsStep}\n`);
    const progress = buildProgress('QEMU' in context.args);
    const reader = factsReader();
    const imageId = await engine.build(
      {
        contextDir: context.dir,
        containerfile,
        reference: referenceOf(labels, this.#clock.nowMs()),
        buildArgs: { ...context.args, BASE: base },
        labels: toLabels(labels),
      },
      {
        signal: listener.signal,
        onLine: (line) => {
          reader.read(line);
          listener.onLine(line);
          listener.onProgress(progress.read(line));
        },
      },
    );
    listener.onProgress(1);
    return { imageId, facts: reader.facts() };
  }
}

/** Images that live for one question; one found at start was left by a Labdeck that was killed. */
export const peekName = 'labdeck-peek';
const peekLabel = 'io.labdeck.peek';
export const peekFilter = (labId: string) => `${peekLabel}=${labId}`;

/** Not the labels of an image of ours, also where it inherits them. */
function peekLabels(labId: string) {
  return { [peekLabel]: labId, 'io.labdeck.lab': '', 'io.labdeck.role': 'peek' };
}
