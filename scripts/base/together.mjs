/**
 * Runs things side by side and waits for all, even when one fails: a package installation that is cut off because
 * something else went wrong leaves a mess.
 * @param {Promise<unknown>[]} work
 * @throws what failed first in the list
 */
export async function together(...work) {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
