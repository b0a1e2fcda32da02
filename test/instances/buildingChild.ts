import { detectEngine } from '../../main/instances/engine/detectEngine.ts';

// Builds until it is killed. Arguments: folder with the Containerfile, base image.
const [contextDir = '', BASE = ''] = process.argv.slice(2);
const found = await detectEngine({
  env: process.env,
  signal: new AbortController().signal,
  prefer: 'podman',
});
if (!('engine' in found)) throw new Error(JSON.stringify(found.problems));
await found.engine.build(
  {
    contextDir,
    containerfile: `${contextDir}/Containerfile`,
    reference: `${BASE}-built`,
    buildArgs: { BASE },
    labels: {},
  },
  { onLine: (line) => process.stdout.write(`${line}\n`) },
);
