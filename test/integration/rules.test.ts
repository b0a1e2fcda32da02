import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RuleStatus, stopAutobootRule } from '../../main/contract/index.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';

const waiting = { timeout: 20_000, interval: 50 };
const consoleId = 'virtual-1.main';
let dataDir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'labdeck-rules-'));
  lab = await HeadlessHost.start(dataDir);
});
afterAll(async () => {
  await lab?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const setRules = (rules: unknown[]) => lab.rest('PATCH', '/boards/virtual-1', { rules });
const power = (state: 'on' | 'off') => lab.rest('PUT', '/boards/virtual-1/power', { state });

async function status(name: string): Promise<RuleStatus | undefined> {
  const { body } = await lab.rest('GET', '/boards/virtual-1/rules');
  return (body as RuleStatus[]).find((rule) => rule.name === name);
}

test('the ready-made rule stops a boot at the bootloader, at every boot', async () => {
  expect((await setRules([stopAutobootRule])).status).toBe(200);
  for (let boot = 1; boot <= 2; boot += 1) {
    const from = (await lab.recording(consoleId)).length;
    await power('on');
    await lab.waitForOutput(consoleId, '=> ', from);
    expect(await status(stopAutobootRule.name)).toMatchObject({ hits: 1, totalHits: boot });
    await power('off');
  }
});

test('a rule logs in, another says so, and a third switches the power off', async () => {
  await setRules([
    { name: 'log in', pattern: 'login: ', action: { kind: 'send', text: 'root\n' } },
    { name: 'say so', pattern: '# $', regex: true, action: { kind: 'send', text: 'echo enough-$((1))\n' } },
    { name: 'off', pattern: 'enough-', action: { kind: 'power-off' } },
  ]);
  await power('on');
  await vi.waitFor(
    async () => expect((await lab.rest('GET', '/boards/virtual-1/power')).body.commanded).toBe('off'),
    waiting,
  );
  expect(await status('log in')).toMatchObject({ hits: 1 });
});

test('a rule that is no expression is refused, and says in which field', async () => {
  const { status: code, body } = await setRules([
    stopAutobootRule,
    { name: 'broken', pattern: '(', regex: true, action: { kind: 'mark', text: 'x' } },
  ]);
  expect(code).toBe(400);
  expect(body).toMatchObject({ code: 'BAD_REQUEST', field: 'rules.1.pattern' });
});
