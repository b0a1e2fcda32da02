import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { Desktop } from './fixtures/desktop.ts';
import { expect, test } from './fixtures/desktopTest.ts';
import { isTestBuild, PackagedApp, packagedPath } from './fixtures/packagedApp.ts';
import { processesOf } from './fixtures/scratch.ts';

// Without one playwright.config.ts leaves this file out.
const executable = packagedPath ?? '';

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
