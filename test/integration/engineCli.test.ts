import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { detectEngine } from '../../main/instances/engine/detectEngine.ts';
import { EngineModel } from '../fakes/engine/engineModel.ts';
import { describeContainerEngine } from '../fakes/engine/engineSuite.ts';
import { FakePodman } from '../fakes/engine/fakePodman.ts';
import { modelLeftovers } from '../fakes/engine/modelLeftovers.ts';

// The command lines, on programs that answer as podman and docker do.
for (const kind of ['podman', 'docker'] as const) {
  describeContainerEngine(`${kind} by its command line`, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'labdeck-cli-'));
    const temporary = path.join(folder, 'temporary');
    mkdirSync(temporary);
    const model = new EngineModel();
    const fake = await FakePodman.start(folder, model, [kind]);
    const env = { ...process.env, PATH: `${fake.binDir}:${process.env.PATH}`, TMPDIR: temporary };
    const found = await detectEngine({ env, signal: new AbortController().signal, prefer: kind });
    if (!('engine' in found)) throw new Error(JSON.stringify(found.problems));
    return {
      engine: found.engine,
      folder,
      rootTar: path.join(folder, 'root.tar'),
      leftovers: async () => [...modelLeftovers(model), ...readdirSync(temporary)],
      dispose: async () => {
        await fake.stop();
        await model.dispose();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });
}
