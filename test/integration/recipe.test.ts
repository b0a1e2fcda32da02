import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const tests = join(root, 'test/recipe');
const withinMs = 120_000;

/** Runs the recipe's own tests; they are Python's, as the recipe is. */
async function runPythonTests(): Promise<{ exitCode: number | null; output: string }> {
  // -B: the recipe's folder is what images are addressed by, so nothing may be left in it.
  const child = spawn('/usr/bin/python3', ['-B', '-m', 'unittest', 'discover', '-s', tests], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(withinMs),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { exitCode, output };
}

function writtenTests(): number {
  const files = readdirSync(tests).filter((name) => /^test.*\.py$/.test(name));
  const count = (name: string) =>
    readFileSync(join(tests, name), 'utf8').match(/^ {4}def test_/gm)?.length ?? 0;
  return files.reduce((sum, name) => sum + count(name), 0);
}

test("the recipe's own tests pass, every one of them", { timeout: withinMs }, async () => {
  const { exitCode, output } = await runPythonTests();
  expect(exitCode, output).toBe(0);
  const ran = Number(/^Ran (\d+) tests/m.exec(output)?.[1]);
  expect(ran, output).toBe(writtenTests());
  expect(output).not.toContain('skipped');
  expect(readdirSync(join(root, 'resources/instance/labdeck'))).not.toContain('__pycache__');
});
