import { writeSync } from 'node:fs';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { Recorder } from '../../main/console/recording/recorder.ts';

// A process that records as fast a board as there is, until it is killed. Tells after every piece how far it came
// and when, on stdout, without a buffer in between.

const [, folder = '', segmentBytes = ''] = process.argv;
const pieceBytes = 64 * 1024;
const everyMs = 5;

const recorder = await Recorder.open(folder, systemClock, silentLogger, {
  segmentBytes: Number(segmentBytes),
});
setInterval(() => {
  const bytes = Buffer.alloc(pieceBytes);
  for (let at = 0; at < pieceBytes; at += 4) bytes.writeUInt32LE((recorder.endOffset + at) >>> 0, at);
  recorder.append(bytes);
  recorder.note('mark', { text: `${recorder.endOffset}` });
  writeSync(1, `${recorder.endOffset} ${Math.round(performance.now())}\n`);
}, everyMs);
