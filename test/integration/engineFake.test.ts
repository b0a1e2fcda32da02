import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeContainerEngine } from '../fakes/engine/engineSuite.ts';
import { FakeEngine } from '../fakes/engine/fakeEngine.ts';
import { modelLeftovers } from '../fakes/engine/modelLeftovers.ts';

// The fake keeps the promises that tests of everything above the engine rely on.
describeContainerEngine('in memory', async () => {
  const engine = new FakeEngine();
  const folder = mkdtempSync(path.join(tmpdir(), 'labdeck-fake-'));
  return {
    engine,
    folder,
    rootTar: path.join(folder, 'root.tar'),
    leftovers: async () => modelLeftovers(engine.model),
    dispose: async () => {
      await engine.model.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
