import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HeadlessHost } from '../fakes/headlessHost.ts';

// What a console printed, as a script asks for it: boots, search, export, marks.

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

describe('history', () => {
  beforeAll(async () => {
    const text = `${'a'.repeat(60)}!`;
    await lab.rest('POST', '/boards', {
      name: 'hang',
      consoles: [{ endpoint: { kind: 'command', argv: ['sh', '-c', `echo '${text}'; sleep 600`] } }],
    });
    await lab.waitForOutput('hang.main', text);
  }, 30_000);
  afterAll(async () => {
    await lab.rest('DELETE', '/boards/hang');
  });

  test('is cut into boots with their stages', async () => {
    await lab.toPrompt('virtual-1');
    await lab.toPrompt('virtual-1');
    const { body } = await vi.waitFor(
      async () => {
        const answer = await lab.rest('GET', `/consoles/${line}/boots`);
        expect(answer.body[0].stages.map((stage: { stage: string }) => stage.stage)).toContain('u-boot');
        return answer;
      },
      { timeout: 10_000 },
    );
    expect(body[0]).toMatchObject({ begun: 'power-on', outcome: 'running', toOffset: null });
    expect(body.length).toBeGreaterThan(1);
    expect(body[0].bootId).toBeGreaterThan(body[1].bootId);
  }, 30_000);

  test('is searched over events, with the place and the time of each match', async () => {
    const answer = await fetch(`${lab.url}/api/v1/consoles/${line}/search?q=autoboot&limit=5`, {
      headers: { authorization: `Bearer ${lab.token}` },
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    const events = [...text.matchAll(/^data: (.*)$/gm)].flatMap(([, data]) =>
      data ? [JSON.parse(data)] : [],
    );
    const match = events.find((event) => event.type === 'match');
    expect(match.line.slice(match.column, match.column + match.length)).toBe('autoboot');
    expect(Math.abs(Date.now() - match.atMs)).toBeLessThan(600_000);
    const raw = await lab.recording(line, match.offset);
    expect(raw.startsWith('autoboot')).toBe(true);
    expect(events.some((event) => event.type === 'done')).toBe(true);
  });

  test('ends a search whose expression takes too long, and says so', async () => {
    const answer = await fetch(
      `${lab.url}/api/v1/consoles/hang.main/search?regex=true&q=${encodeURIComponent('(a|aa)+$')}`,
      { headers: { authorization: `Bearer ${lab.token}` }, signal: AbortSignal.timeout(30_000) },
    );
    const text = await answer.text();
    expect(text).toContain('BAD_REQUEST');
    expect(text).toContain('too long');
  }, 60_000);

  test('refuses an expression that is none, and names the field', async () => {
    const answer = await lab.rest('GET', `/consoles/${line}/search?q=${encodeURIComponent('(')}&regex=true`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST', field: 'q' } });
  });

  test('comes out as raw bytes, as text with times and as a cast', async () => {
    const get = async (query: string) =>
      await (
        await fetch(`${lab.url}/api/v1/consoles/${line}/recording?${query}`, {
          headers: { authorization: `Bearer ${lab.token}` },
          signal: AbortSignal.timeout(20_000),
        })
      ).text();
    const raw = await get('format=raw&from=10&to=20');
    expect(raw).toHaveLength(10);
    expect(await get('format=text')).toMatch(/\d\d:\d\d:\d\d\.\d{3}.*U-Boot/);
    const cast = (await get('format=asciicast')).trim().split('\n');
    expect(JSON.parse(cast[0] ?? '')).toMatchObject({ version: 2 });
    expect(JSON.parse(cast.at(-1) ?? '')).toHaveLength(3);
    const bad = await lab.rest('GET', `/consoles/${line}/recording?format=docx`);
    expect(bad).toMatchObject({ status: 400, body: { field: 'format' } });
  });

  test('takes a mark, and tells when bytes were printed', async () => {
    const { body } = await lab.rest('POST', `/consoles/${line}/marks`, { text: 'before the fix' });
    const times = await lab.rest('GET', `/consoles/${line}/times?from=0&to=${body.offset}`);
    expect(times.body.points.length).toBeGreaterThan(0);
    expect(times.body.events.map((event: { text: string }) => event.text).join('\n')).toContain(
      'before the fix',
    );
  });
});
