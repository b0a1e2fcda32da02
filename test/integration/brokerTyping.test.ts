import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HeadlessHost } from '../fakes/headlessHost.ts';

// What is typed for somebody, on a real host: pastes, macros, rules.

const line = 'virtual-1.main';
let dataDir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'labdeck-broker-'));
  lab = await HeadlessHost.start(dataDir);
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ended(taskId: string): Promise<{ state: string; problem: { message: string } | null }> {
  return await vi.waitFor(
    async () => {
      const { body } = await lab.rest('GET', `/tasks/${taskId}`);
      expect(body.endedAtMs).not.toBeNull();
      return body;
    },
    { timeout: 30_000, interval: 50 },
  );
}

describe('typing', () => {
  test('a paste that waits for the echo arrives whole, as a task', async () => {
    await lab.toPrompt('virtual-1');
    const from = (await lab.rest('GET', `/consoles/${line}/snapshot`)).body.endOffset;
    const lines = Array.from({ length: 50 }, (_, i) => `setenv v${i} value-${i}`);
    const { body, status } = await lab.rest('POST', `/consoles/${line}/paste`, {
      text: `${lines.join('\n')}\n`,
      waitForEcho: true,
    });
    expect(status).toBe(200);
    expect(await ended(body.taskId)).toMatchObject({ state: 'succeeded' });
    await lab.rest('POST', `/consoles/${line}/input`, { text: 'printenv v49\r' });
    expect(await lab.waitForOutput(line, 'v49=value-49', from)).toContain('setenv v17 value-17');
  }, 60_000);

  test('a macro of the board is typed with its variables', async () => {
    await lab.rest('PATCH', '/boards/virtual-1', {
      macros: [{ name: 'Say', text: 'echo {{what}} on {{board}}\n' }],
    });
    const missing = await lab.rest('POST', '/boards/virtual-1/macros/Say/run', {});
    expect(missing).toMatchObject({ status: 400, body: { details: { missing: ['what'] } } });
    const from = (await lab.rest('GET', `/consoles/${line}/snapshot`)).body.endOffset;
    const run = await lab.rest('POST', '/boards/virtual-1/macros/Say/run', { values: { what: 'hello' } });
    expect(run.body).toMatchObject({ consoleId: line, text: 'echo hello on virtual-1\n' });
    await lab.waitForOutput(line, '\nhello on virtual-1', from);
  });

  test('a break is refused where the line has none', async () => {
    expect(await lab.rest('POST', `/consoles/${line}/break`, {})).toMatchObject({
      status: 422,
      body: { code: 'UNSUPPORTED' },
    });
  });

  test('its style is kept with the board', async () => {
    const style = { lineEnding: 'lf', waitForEcho: true, lineDelayMs: 5 };
    expect((await lab.rest('PUT', `/consoles/${line}/typing`, style)).body).toMatchObject(style);
    expect((await lab.rest('GET', '/boards/virtual-1')).body.typing.main).toMatchObject(style);
    await lab.rest('PUT', `/consoles/${line}/typing`, {});
  });
});

test('an expect rule stops the autoboot, once a boot, and counts', async () => {
  await lab.rest('PATCH', '/boards/virtual-1', {
    rules: [
      { name: 'Stop', pattern: 'stop autoboot', action: { kind: 'stop-autoboot' }, maxTimes: 1 },
      { name: 'See', pattern: 'U-Boot', action: { kind: 'mark', text: 'a boot loader' } },
    ],
  });
  await lab.rest('PUT', '/boards/virtual-1/power', { state: 'off', takeOver: true });
  const from = (await lab.rest('GET', `/consoles/${line}/snapshot`)).body.endOffset;
  await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on', takeOver: true });
  await lab.waitForOutput(line, '=> ', from);
  const { body } = await lab.rest('GET', '/boards/virtual-1/rules');
  expect(body).toMatchObject([
    { name: 'Stop', state: 'spent', hits: 1 },
    { name: 'See', state: 'spent', hits: 1 },
  ]);
  await lab.rest('PATCH', '/boards/virtual-1', { rules: [] });
}, 30_000);

test('a pattern that is none is refused where it stands', async () => {
  const answer = await lab.rest('PATCH', '/boards/virtual-1', {
    rules: [{ name: 'Bad', pattern: '(', regex: true, action: { kind: 'power-off' } }],
  });
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'BAD_REQUEST', field: 'rules.0.pattern' },
  });
});
