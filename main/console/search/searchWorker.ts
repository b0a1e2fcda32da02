import { once } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { readLineBlocks } from './lineBlocks.ts';
import { createMatcher } from './matcher.ts';
import { matchLine } from './matchLine.ts';
import type { FoundMatch, SearchJob, SearchNews } from './searchMessages.ts';

// The thread that searches: reading and matching a gigabyte must not hold up the one that reads the UARTs.

const progressEveryMs = 100;

async function search(job: SearchJob, port: MessagePort): Promise<void> {
  const match = createMatcher(job.pattern);
  const pulse = new Int32Array(job.pulse);
  const tell = (news: SearchNews) => port.postMessage(news);
  let left = job.limit;
  let searchedBytes = 0;
  let blocks = 0;
  let foundUpTo = job.from;
  let toldAtMs = performance.now();
  for (const { offset, lines, freshBytes } of readLineBlocks(job.files, job.from, job.to)) {
    const matches: FoundMatch[] = [];
    let limited = false;
    blocks += 1;
    Atomics.store(pulse, 0, blocks);
    match(lines, (start, end) => {
      if (start >= freshBytes) return false;
      // Where blocks overlap, the end of a match must not be found once more.
      if (offset + start < foundUpTo) return true;
      foundUpTo = offset + end;
      limited = matches.length === left;
      if (!limited)
        matches.push({ offset: offset + start, bytes: end - start, ...matchLine(lines, start, end) });
      return !limited;
    });
    Atomics.store(pulse, 0, 0);
    searchedBytes = offset + freshBytes - job.from;
    left -= matches.length;
    if (matches.length > 0) {
      const heard = once(port, 'message');
      tell({ type: 'matches', matches });
      await heard;
    }
    if (limited) {
      tell({ type: 'done', limited, searchedBytes });
      return;
    }
    if (performance.now() - toldAtMs >= progressEveryMs) {
      toldAtMs = performance.now();
      tell({ type: 'progress', searchedBytes });
    }
  }
  tell({ type: 'done', limited: false, searchedBytes: job.to - job.from });
}

if (parentPort) {
  const port = parentPort;
  await search(workerData as SearchJob, port);
  port.close();
}
