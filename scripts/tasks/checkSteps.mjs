import { join } from 'node:path';

/**
 * @typedef {object} CheckStep
 * @property {string} name
 * @property {string} group what `--only` selects
 * @property {string[]} argv
 * @property {string} [vitestReport] where the step leaves vitest's JSON; without it the step counts as one test
 */

const typedFolders = ['main', 'preload', 'renderer', 'test', 'scripts'];

/**
 * The steps of `npm run check`. The long ones come first: they run two at a time.
 * @param {string} root the checkout
 * @param {string} reports folder for reports, existing
 * @returns {CheckStep[]}
 */
export function checkSteps(root, reports) {
  /** @param {string} path @param {...string} args */
  const tool = (path, ...args) => [process.execPath, join(root, 'node_modules', path), ...args];
  const unitReport = join(reports, 'unit.json');
  return [
    {
      name: 'unit tests',
      group: 'unit',
      argv: vitestArgv(root, 'unit', unitReport),
      vitestReport: unitReport,
    },
    ...typedFolders.map((folder) => ({
      name: `types ${folder}`,
      group: 'types',
      argv: tool(
        'typescript/bin/tsc',
        ...['-p', folder, '--noEmit', '--incremental'],
        ...['--tsBuildInfoFile', join(root, 'dist', '.tsc', `${folder}.json`)],
      ),
    })),
    {
      name: 'boundaries',
      group: 'boundaries',
      argv: tool(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        ...['--config', '.dependency-cruiser.cjs', 'main', 'preload', 'renderer'],
      ),
    },
    { name: 'format and lint', group: 'lint', argv: tool('@biomejs/biome/bin/biome', 'check', '.') },
  ];
}

/**
 * @param {string} root
 * @param {'unit' | 'integration' | 'hardware' | 'instances'} project
 * @param {string} report JSON file to write
 */
export function vitestArgv(root, project, report) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return [
    ...[process.execPath, vitest, 'run', '--project', project],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ];
}
