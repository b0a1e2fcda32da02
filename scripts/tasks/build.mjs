import { root } from '../base/paths.mjs';
import { note } from '../base/progress.mjs';
import { buildStale } from '../setup/buildStale.mjs';
import { ensureDependencies } from '../setup/npmCi.mjs';

/**
 * `npm run build [-- --force]`: builds what is stale, or everything.
 * @param {string[]} args
 */
export async function run(args) {
  await ensureDependencies(root);
  await buildStale(root, { force: args.includes('--force') });
  note('dist/ is up to date');
}
