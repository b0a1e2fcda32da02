import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { doctorReport } from '../../main/contract/index.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';

const root = join(import.meta.dirname, '..', '..');
const launch = `
  const { runDoctor } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist/main/doctor.js')).href)});
  await runDoctor(process.argv.slice(1));
`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labdeck-doctor-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** `npm start -- --doctor` once all is built. */
function doctor(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const argv = ['--input-type=module', '-e', launch, '--', '--doctor', ...args];
    const child = execFile(process.execPath, argv, { timeout: 50_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const expectedCode = (severities: readonly string[]) =>
  severities.includes('error') ? 1 : severities.includes('warning') ? 2 : 0;

test('the report is one line of JSON as the contract has it, and the exit code tells the worst of it', async () => {
  const { code, stdout, stderr } = await doctor('--json', '--data', join(dir, 'not', 'there', 'yet'));
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const report = doctorReport.parse(JSON.parse(stdout));
  expect(report.running).toBe(false);
  expect(report.findings.length).toBeGreaterThan(5);
  expect(code).toBe(expectedCode(report.findings.map(({ severity }) => severity)));
});

test('the text ends with how many findings there are of each kind', async () => {
  const { code, stdout } = await doctor('--data', dir);
  expect([0, 1, 2]).toContain(code);
  expect(stdout).toMatch(/\d+ in order\n$/);
});

test('it works beside a Labdeck that runs, and knows its port for its own', async () => {
  const dataDir = join(dir, 'data');
  await mkdir(dataDir);
  const host = await HeadlessHost.start(dataDir);
  try {
    const { port } = new URL(host.url);
    const { stdout } = await doctor('--json', '--data', dataDir, '--port', port);
    const report = doctorReport.parse(JSON.parse(stdout));
    expect(report.findings.find(({ findingId }) => findingId === 'api-port')).toMatchObject({
      severity: 'ok',
      title: `Labdeck answers on port ${port}`,
    });
    // To a doctor of another data folder it is a stranger, which it names.
    const other = await doctor('--json', '--data', join(dir, 'other'), '--port', port);
    expect(other.code).toBe(1);
    expect(
      doctorReport.parse(JSON.parse(other.stdout)).findings.find(({ findingId }) => findingId === 'api-port'),
    ).toMatchObject({ severity: 'error', what: expect.stringContaining(`(pid ${host.pid})`) });
  } finally {
    await host.stop();
  }
});

test('arguments it does not know are refused with what it knows', async () => {
  for (const args of [['--nonsense'], ['--port', 'many'], ['--port', '0']]) {
    const { code, stdout, stderr } = await doctor(...args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain('Usage: npm start -- --doctor');
  }
});
