import { once } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { readLineBlocks } from './lineBlocks.ts';
import { createMatcher } from './matcher.ts';
import { matchLine } from './matchLine.ts';
import type { FoundMatch, SearchJob, SearchNews } from './searchMessages.ts';

// The thread that searches: reading and matching a gigabyte must not hold up the one that reads the UARTs.

const progressEveryMs = 100;
/** Found and not taken yet: beyond it the search waits, so that whoever reads slowly is not flooded. */
const mostUnread = 2_000;

async function search(job: SearchJob, port: MessagePort): Promise<void> {
  const match = createMatcher(job.pattern);
  const pulse = new Int32Array(job.pulse);
  const tell = (news: SearchNews) => port.postMessage(news);
  let unread = 0;
  port.on('message', (taken: number) => {
    unread -= taken;
  });
  let left = job.limit;
  let blocks = 0;
  let foundUpTo = job.from;
  let toldAtMs = performance.now();
  for (const { offset, lines, freshBytes } of readLineBlocks(job.files, job.from, job.to)) {
    const matches: FoundMatch[] = [];
    blocks += 1;
    Atomics.store(pulse, 0, blocks);
    match(lines, (start, end) => {
      if (start >= freshBytes) return false;
      // Where blocks overlap, the end of a match must not be found once more.
      if (offset + start < foundUpTo) return true;
      foundUpTo = offset + end;
      matches.push({ offset: offset + start, bytes: end - start, ...matchLine(lines, start, end) });
      return matches.length < left;
    });
    Atomics.store(pulse, 0, 0);
    if (matches.length > 0) tell({ type: 'matches', matches });
    left -= matches.length;
    unread += matches.length;
    if (left === 0) break;
    while (unread > mostUnread) await once(port, 'message');
    if (performance.now() - toldAtMs >= progressEveryMs) {
      toldAtMs = performance.now();
      tell({ type: 'progress', searchedBytes: offset + freshBytes - job.from });
    }
  }
  tell({ type: 'done' });
}

if (parentPort) {
  const port = parentPort;
  await search(workerData as SearchJob, port);
  port.close();
}
