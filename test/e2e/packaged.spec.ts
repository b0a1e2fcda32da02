import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { type Board, doctorReport, type EnergyReport, type UsbTree } from '../../main/contract/index.ts';
import { decodeRecords } from '../../main/power/energy/ledgerCodec.ts';
import { FakeUsb } from '../fakes/fakeUsb.ts';
import { Desktop } from './fixtures/desktop.ts';
import { expect, test } from './fixtures/desktopTest.ts';
import { root } from './fixtures/environment.ts';
import { LabSocket } from './fixtures/labSocket.ts';
import { mayBeOtherMachine, withOldRules, withUsbOf } from './fixtures/otherMachine.ts';
import { isTestBuild, PackagedApp, packagedPath } from './fixtures/packagedApp.ts';
import { filesIn, RecipeWatch } from './fixtures/recipeWatch.ts';
import { processesOf } from './fixtures/scratch.ts';
import { textCommandSuite } from './fixtures/textCommandSuite.ts';
import { packagedProgram, TextProcess } from './fixtures/textProcess.ts';

// Without one playwright.config.ts leaves this file out.
const executable = packagedPath ?? '';
const run = promisify(execFile);
const noMounts = 'this kernel lets this user have no mounts of their own';

textCommandSuite('the packaged app', {
  program: () => packagedProgram(executable),
  launch: isTestBuild ? (dataDir) => Desktop.launch(dataDir, { executablePath: executable }) : null,
});

test('the packaged doctor’s command installs the rules: another program can read them where it says', async ({
  dataDir,
}) => {
  test.skip(!mayBeOtherMachine, noMounts);
  const args = ['--doctor', '--json', '--data', join(dataDir, 'data')];
  const options = { home: dataDir, within: withOldRules };
  const { stdout, stderr } = await new TextProcess(packagedProgram(executable), args, options).ends();
  expect(stdout, stderr).not.toBe('');
  const { findings } = doctorReport.parse(JSON.parse(stdout));
  const command = findings.find(({ findingId }) => findingId === 'udev-rules')?.fix?.command;
  expect(command).toContain('app.asar.unpacked');
  // Its first step, as it was shown; the others need a udev that runs.
  const [install = ''] = command?.split(' && ') ?? [];
  const [unshare = '', ...before] = withOldRules;
  const script = `${install}; cat /etc/udev/rules.d/60-labdeck.rules`;
  const installed = await run(unshare, [...before, 'sh', '-euc', script], { timeout: 20_000 });
  expect(installed.stdout).toBe(await readFile(join(root, 'resources/udev/60-labdeck.rules'), 'utf8'));
});

test('the packaged app asks a hub what it can do: Python can read the program that does', async ({
  dataDir,
}) => {
  test.skip(!mayBeOtherMachine, noMounts);
  const usb = new FakeUsb();
  usb.rootHub(1);
  const args = ['--headless', '--json', '--data', dataDir];
  const options = { home: dataDir, within: withUsbOf(usb.root) };
  const host = new TextProcess(packagedProgram(executable), args, options);
  try {
    await host.firstLine();
    const lab = new LabSocket(dataDir);
    // What our program says of a node that is no hub's; nothing else here says it.
    await expect
      .poll(async () => (await lab.json<UsbTree>('GET', '/usb')).hubs.map((hub) => hub.switchingProblem))
      .toEqual([expect.stringContaining('it did not answer (ENODEV)')]);
    expect(await host.stop(), host.stderr).toMatchObject({ code: 0 });
  } finally {
    host.kill();
    usb.dispose();
  }
});

test('the packaged app builds instances from its whole recipe, and what has to run may', async ({
  dataDir,
}) => {
  const watch = await RecipeWatch.start(join(dataDir, 'engine'));
  const app = new PackagedApp(executable, dataDir, watch.env);
  try {
    await expect
      .poll(() => app.lab.about().then(({ host }) => host, String), { timeout: 30_000 })
      .toBe('desktop');
    await app.lab.json('POST', '/instances', { name: 'home' });
    await expect
      .poll(async () => (await watch.contextWith('labinit')).size, { timeout: 30_000 })
      .toBeGreaterThan(0);
    const built = await watch.contextWith('labinit');
    // The build adds steps to the first.
    for (const [name, file] of await filesIn(join(root, 'resources', 'instance')))
      if (name !== 'Containerfile') expect.soft(built.get(name), name).toEqual(file);
      else expect(built.get(name)?.text.startsWith(file.text)).toBe(true);
  } finally {
    await app.end('SIGTERM');
    await watch.stop();
  }
});

test('the packaged app knows what it switched, and writes down what the board took', async ({ dataDir }) => {
  const app = new PackagedApp(executable, dataDir);
  const { lab } = app;
  try {
    await expect
      .poll(() => lab.power('virtual-1').then(({ known }) => known, String), { timeout: 30_000 })
      .toBe('off');
    const { powerPolicy } = await lab.json<Board>('GET', '/boards/virtual-1');
    await lab.json('PATCH', '/boards/virtual-1', { powerPolicy: { ...powerPolicy, nameplateWatts: 3600 } });
    await lab.switchPower('virtual-1', 'on');
    expect(await lab.power('virtual-1')).toMatchObject({ commanded: 'on', known: 'on', verdict: null });
    const totals = async () => (await lab.json<EnergyReport>('GET', '/boards/virtual-1/energy')).totals;
    // A watt-hour a second.
    await expect.poll(async () => (await totals()).estimatedWh).toBeGreaterThan(0.2);
    await lab.switchPower('virtual-1', 'off');
    expect(await lab.power('virtual-1')).toMatchObject({ commanded: 'off', known: 'off' });
    expect(await app.end('SIGTERM')).toMatchObject({ code: 0 });
  } finally {
    await app.end('SIGKILL');
  }
  const folder = join(dataDir, 'energy');
  const [ledger = ''] = (await readdir(folder)).filter((name) => name.endsWith('.ledger'));
  const records = decodeRecords(await readFile(join(folder, ledger)));
  expect(records.map((record) => record?.state)).toEqual(['off', 'on', 'off', 'end']);
});

test('the packaged app starts, records a board that is switched on, and ends within 5 s of SIGTERM', async ({
  dataDir,
}, info) => {
  const app = new PackagedApp(executable, dataDir);
  const { lab } = app;
  try {
    await expect
      .poll(() => lab.boards().then((boards) => boards.map(({ name }) => name), String), { timeout: 30_000 })
      .toEqual(['virtual-1']);
    expect(await lab.about()).toMatchObject({ host: 'desktop', dataDir });
    expect(await lab.power('virtual-1')).toMatchObject({ known: 'off' });
    await lab.switchPower('virtual-1', 'on');
    await expect.poll(() => lab.output('virtual-1.main'), { timeout: 30_000 }).toContain('autoboot');
    await lab.type('virtual-1.main', ' ');
    await expect.poll(() => lab.output('virtual-1.main'), { timeout: 30_000 }).toMatch(/=> $/);
    await lab.type('virtual-1.main', 'version\r');
    await expect.poll(() => lab.output('virtual-1.main')).toMatch(/=> version[\s\S]*U-Boot 20[\s\S]*=> $/);
    const { code, tookMs } = await app.end('SIGTERM');
    expect(tookMs).toBeLessThan(5_000);
    expect(code).toBe(0);
    expect(await processesOf(dataDir)).toEqual([]);
  } finally {
    await app.end('SIGKILL');
    if (info.status !== info.expectedStatus)
      await info.attach('app.log', { body: app.log, contentType: 'text/plain' });
  }
});

test('the packaged app opens real serial ports: its native part is there and loads', async ({ dataDir }) => {
  const app = new PackagedApp(executable, dataDir);
  try {
    await expect
      .poll(
        () =>
          app.lab.boards().then(
            () => true,
            () => false,
          ),
        { timeout: 30_000 },
      )
      .toBe(true);
    const { openFakeTty } = await import('../fakes/ptyPair.ts');
    const tty = await openFakeTty(`${dataDir}/tty`);
    await app.lab.addBoard({ name: 'real', consoles: [{ match: { by: 'device', value: tty.device } }] });
    await expect.poll(async () => (await app.lab.consoles('real'))[0]?.state).toBe('open');
    tty.print('hello from the wire\r\n');
    await expect.poll(() => app.lab.output('real.main')).toBe('hello from the wire\r\n');
    await tty.close();
  } finally {
    await app.end('SIGTERM');
  }
});

test('the packaged app’s window shows a board being switched on, and quits within 5 s', async ({
  dataDir,
}, info) => {
  test.skip(!isTestBuild, 'a build for users lets no debugger attach');
  const desktop = await Desktop.launch(dataDir, { executablePath: executable });
  try {
    const window = await desktop.firstWindow();
    await window.select('virtual-1');
    await window.expectPower('off');
    await window.powerSwitch.click();
    await window.expectPower('on');
    await window.expectText('virtual-1.main', 'autoboot');
    await window.led(1).click();
    await expect(window.led(1)).toHaveAttribute('aria-pressed', 'true');
    await window.expectWholeRecording('virtual-1.main', desktop.lab);
    expect(await desktop.quit()).toBeLessThan(5_000);
  } finally {
    expect(await desktop.dispose(info)).toEqual([]);
  }
});

test('the packaged executable has its doors closed', async () => {
  const wire = (await getCurrentFuseWire(executable)) as unknown as Record<number, number>;
  const isOn = (fuse: FuseV1Options) => String.fromCharCode(wire[fuse] ?? 0) === '1';
  expect({
    runAsNode: isOn(FuseV1Options.RunAsNode),
    nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
    onlyItsArchive: isOn(FuseV1Options.OnlyLoadAppFromAsar),
    filePrivileges: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: false,
    nodeOptions: false,
    inspect: isTestBuild,
    onlyItsArchive: true,
    filePrivileges: false,
  });
});
