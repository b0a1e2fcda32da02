import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TaskWithLog } from '../../main/contract/index.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';

const consoleId = 'virtual-1.main';
let dataDir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'labdeck-paste-'));
  lab = await HeadlessHost.start(dataDir);
  await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on' });
  await lab.waitForOutput(consoleId, 'autoboot');
  await lab.rest('POST', `/consoles/${consoleId}/input`, { text: ' ' });
  await lab.waitForOutput(consoleId, '=> ');
});
afterAll(async () => {
  await lab?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function paste(body: object): Promise<string> {
  const { status, body: started } = await lab.rest('POST', `/consoles/${consoleId}/paste`, body);
  expect(status).toBe(200);
  return started.taskId;
}

async function ended(taskId: string): Promise<TaskWithLog> {
  return await vi.waitFor(
    async () => {
      const { body } = await lab.rest('GET', `/tasks/${taskId}`);
      expect(body.endedAtMs).not.toBeNull();
      return body as TaskWithLog;
    },
    { timeout: 40_000, interval: 50 },
  );
}

test('an environment arrives line by line as it was pasted', async () => {
  // The prompt it is typed at is there already.
  const from = (await lab.recording(consoleId)).lastIndexOf('=> ');
  const lines = Array.from({ length: 40 }, (_, n) => `setenv var${n} the value number ${n}`);
  const task = await ended(await paste({ text: `${lines.join('\n')}\nprintenv\n`, waitForEcho: true }));
  expect(task).toMatchObject({ kind: 'paste', state: 'succeeded', subject: consoleId });
  const printed = await lab.waitForOutput(consoleId, 'Environment size', from);
  for (let n = 0; n < lines.length; n += 1) {
    expect(printed).toContain(`=> ${lines[n]}\r\n`);
    expect(printed).toContain(`var${n}=the value number ${n}\r\n`);
  }
});

test('a slow paste can be cancelled, and nothing is typed after that', async () => {
  const taskId = await paste({ text: 'version\n'.repeat(1000), lineDelayMs: 20 });
  expect((await lab.rest('POST', `/tasks/${taskId}/cancel`)).status).toBe(200);
  expect((await ended(taskId)).state).toBe('cancelled');
});
