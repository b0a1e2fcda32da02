import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { consoleText } from './consoleText.ts';
import type { GeneratorAnswer, GeneratorCommand } from './generatorMessages.ts';

// A process of its own that holds the masters of the ptys openPtys.sh made, and prints on them what it is told.
// Commands come as lines of JSON on stdin, answers leave the same way on stdout; it ends with its stdin.

const firstFd = 10;
const blockBytes = 64 * 1024;
/** Lines take turns in so many groups, so that they do not all print at the same moment. */
const phases = 10;

function say(answer: GeneratorAnswer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** As fast as the far end takes it. */
function flood(text: Buffer): void {
  const startNs = process.hrtime.bigint();
  for (let at = 0; at < text.length; )
    at += writeSync(firstFd, text, at, Math.min(blockBytes, text.length - at));
  say({ type: 'done', startNs: String(startNs), endNs: String(process.hrtime.bigint()), latestMs: 0 });
}

/** At a UART's pace: each line gets what came due since its last turn, every `tickMs`. */
function drip({ lines, bytesPerSecond, seconds, tickMs }: Extract<GeneratorCommand, { type: 'drip' }>): void {
  const total = bytesPerSecond * seconds;
  const texts = Array.from({ length: lines }, (_, line) => consoleText(line, total));
  const sent = new Array<number>(lines).fill(0);
  const startNs = process.hrtime.bigint();
  const sinceStartMs = () => Number(process.hrtime.bigint() - startNs) / 1e6;
  let turn = 0;
  let latestMs = 0;
  const timer = setInterval(() => {
    // As many turns as came due: a timer that is late must not slow the lines down.
    for (; (turn * tickMs) / phases <= sinceStartMs(); turn += 1) {
      latestMs = Math.max(latestMs, sinceStartMs() - (turn * tickMs) / phases);
      const due = Math.min(total, Math.ceil((bytesPerSecond * turn * tickMs) / phases / 1000));
      for (let line = turn % phases; line < lines; line += phases) {
        const text = texts[line];
        const from = sent[line] ?? 0;
        if (text && due > from) sent[line] = from + writeSync(firstFd + line, text, from, due - from);
      }
    }
    if (sent.some((bytes) => bytes < total)) return;
    clearInterval(timer);
    say({ type: 'done', startNs: String(startNs), endNs: String(process.hrtime.bigint()), latestMs });
  }, tickMs / phases);
}

let text: Buffer = Buffer.alloc(0);
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const command = JSON.parse(line) as GeneratorCommand;
    if (command.type === 'drip') drip(command);
    else if (command.type === 'flood') flood(text);
    else {
      text = consoleText(command.seed, command.bytes);
      say({ type: 'prepared' });
    }
  })
  .on('close', () => process.exit(0));
say({ type: 'ready' });
