import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeadlessHost } from '../fakes/headlessHost.ts';

let dataDir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'labdeck-headless-'));
  lab = await HeadlessHost.start(dataDir);
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('with --json stdout carries exactly one line, with all a script needs', () => {
  expect(lab.stdout).toHaveLength(1);
  expect(Object.keys(JSON.parse(lab.stdout[0] ?? '')).sort()).toEqual(['pid', 'socket', 'token', 'url']);
});

test('the first start has one virtual board, off', async () => {
  const { body } = await lab.rest('GET', '/boards');
  expect(body.map((board: { name: string; virtual: string }) => [board.name, board.virtual])).toEqual([
    ['virtual-1', 'sim'],
  ]);
  expect((await lab.rest('GET', '/boards/virtual-1/power')).body).toMatchObject({
    known: 'off',
    switchable: true,
  });
});

test('power on makes the recording grow, and typing reaches the prompt', async () => {
  const before = (await lab.recording('virtual-1.main')).length;
  const { status, body } = await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ commanded: 'on', commandedBy: 'a script', known: 'on', verdict: null });
  await lab.waitForOutput('virtual-1.main', 'autoboot', before);
  await lab.rest('POST', '/consoles/virtual-1.main/input', { text: ' ' });
  await lab.waitForOutput('virtual-1.main', '=> ', before);
  const from = (await lab.recording('virtual-1.main')).length;
  expect(
    (await lab.rest('POST', '/consoles/virtual-1.main/input', { base64: btoa('version\r') })).body,
  ).toEqual({
    bytes: 8,
  });
  await lab.waitForOutput('virtual-1.main', 'U-Boot', from);
});

test('LEDs light one by one and leave power alone', async () => {
  expect((await lab.rest('PUT', '/boards/virtual-1/leds/2', { on: true })).body).toMatchObject({
    commanded: 'on',
    leds: [false, true, false],
  });
  expect((await lab.rest('PUT', '/boards/virtual-1/leds/4', { on: true })).status).toBe(400);
});

test('the unix socket speaks the same REST, for this user alone, without a token', async () => {
  expect(statSync(lab.socket).mode & 0o777).toBe(0o600);
  const { status, body } = await lab.raw({ path: '/api/v1/health', socketPath: lab.socket });
  expect(status).toBe(200);
  expect(body.status).toBe('ok');
});

test('openapi.json describes every route', async () => {
  const { body } = await lab.rest('GET', '/openapi.json');
  for (const path of [
    '/ports',
    '/boards',
    '/boards/{boardId}',
    '/boards/{boardId}/power',
    '/boards/{boardId}/power/cycle',
    '/boards/{boardId}/leds/{led}',
    '/boards/{boardId}/consoles',
    '/consoles/{consoleId}/input',
    '/consoles/{consoleId}/recording',
  ])
    expect(Object.keys(body.paths)).toContain(path);

  // What it says of an error is what the wire carries.
  const operation = body.paths['/boards/{boardId}'].get;
  const { schema } = operation.responses[404].content['application/json'];
  const answer = await lab.rest('GET', '/boards/nope');
  for (const key of schema.required) expect(Object.keys(answer.body)).toContain(key);
  for (const key of Object.keys(answer.body)) expect(Object.keys(schema.properties)).toContain(key);
  expect(schema.properties.code.enum).toContain(answer.body.code);
  expect(operation.responses).toHaveProperty('401');
});

test('a recording is read from any byte', async () => {
  const all = await lab.recording('virtual-1.main');
  expect(await lab.recording('virtual-1.main', 10)).toBe((await lab.recording('virtual-1.main')).slice(10));
  expect(await lab.recording('virtual-1.main', all.length + 1000)).toBe('');
  expect((await lab.rest('GET', '/consoles/virtual-1.main/recording?from=x')).body).toMatchObject({
    code: 'BAD_REQUEST',
    field: 'from',
  });
});

describe('bad input', () => {
  test('an unknown board is 404, wherever it is named', async () => {
    for (const [method, path, body] of [
      ['GET', '/boards/nope', undefined],
      ['GET', '/boards/NO_SUCH%20BOARD', undefined],
      ['PATCH', '/boards/nope', {}],
      ['DELETE', '/boards/nope', undefined],
      ['GET', '/boards/nope/power', undefined],
      ['PUT', '/boards/nope/power', { state: 'on' }],
      ['POST', '/boards/nope/power/cycle', { offMs: 1 }],
      ['PUT', '/boards/nope/leds/1', { on: true }],
      ['GET', '/boards/nope/consoles', undefined],
      ['POST', '/consoles/nope.main/input', { text: 'x' }],
    ] as const) {
      const answer = await lab.rest(method, path, body);
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'NOT_FOUND']);
    }
    expect((await lab.rest('GET', '/consoles/nope.main/recording')).status).toBe(404);
    expect((await lab.rest('GET', '/no-such-route')).status).toBe(404);
  });

  test('a taken name is 409', async () => {
    expect((await lab.rest('POST', '/boards', { name: 'virtual-1', virtual: 'sim' })).body).toMatchObject({
      code: 'NAME_TAKEN',
      field: 'name',
    });
  });

  test('a wrong body is 400 and names the field', async () => {
    for (const [method, path, body, field] of [
      ['POST', '/boards', { name: 'Not OK', virtual: 'sim' }, 'name'],
      ['POST', '/boards', { name: 'ok', virtual: 'vax' }, 'virtual'],
      ['POST', '/boards', { name: 'ok', virtual: 'sim', colour: 'red' }, 'colour'],
      ['POST', '/boards', { name: 'x'.repeat(64), virtual: 'sim' }, 'name'],
      ['PUT', '/boards/virtual-1/power', { state: 'maybe' }, 'state'],
      ['PUT', '/boards/virtual-1/power', {}, 'state'],
      ['POST', '/boards/virtual-1/power/cycle', { offMs: -1 }, 'offMs'],
      ['PUT', '/boards/virtual-1/leds/1', { on: 'yes please' }, 'on'],
      ['PUT', '/boards/virtual-1/leds/1', { on: 'true' }, 'on'],
      ['PUT', '/boards/virtual-1/leds/0x1', { on: true }, 'led'],
      ['POST', '/boards/virtual-1/power/cycle', { offMs: '5' }, 'offMs'],
      ['POST', '/consoles/virtual-1.main/input', { text: '€'.repeat(65_536) }, 'text'],
      ['POST', '/consoles/virtual-1.main/input', {}, 'text'],
      ['POST', '/consoles/virtual-1.main/input', { base64: '?' }, 'base64'],
      ['PATCH', '/settings', { fontSizePx: 1000 }, 'fontSizePx'],
      [
        'POST',
        '/boards',
        { name: 'ok', consoles: [{ match: { by: 'device', value: '/dev/ttyACM0' } }] },
        'consoles.0.match.value',
      ],
    ] as const) {
      const answer = await lab.rest(method, path, body);
      expect([path, answer.status, answer.body.code, answer.body.field]).toEqual([
        path,
        400,
        'BAD_REQUEST',
        field,
      ]);
    }
  });

  test('a body that is no JSON is 400, not a crash', async () => {
    expect((await lab.rest('PUT', '/boards/virtual-1/power', '{"state":')).status).toBe(400);
    expect((await lab.rest('PUT', '/boards/virtual-1/power', 'null')).status).toBe(400);
    expect((await lab.rest('PUT', '/boards/virtual-1/power', '[1,2]')).status).toBe(400);
  });

  test('typing to a board that is off is refused, and not sent later', async () => {
    await lab.rest('PUT', '/boards/virtual-1/power', { state: 'off' });
    const from = (await lab.recording('virtual-1.main')).length;
    const answer = await lab.rest('POST', '/consoles/virtual-1.main/input', { text: 'GHOST\r' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'POWERED_OFF' } });
    await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on' });
    expect(await lab.waitForOutput('virtual-1.main', 'autoboot', from)).not.toContain('GHOST');
  });
});
