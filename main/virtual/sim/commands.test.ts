import { afterEach, beforeEach, expect, test } from 'vitest';
import { never, Operator, TestBench } from '../testBench.ts';

let bench: TestBench;
let operator: Operator;
beforeEach(async () => {
  bench = await TestBench.create();
  operator = new Operator(bench.startCore().get('one', 'sim'), bench.clock);
});
afterEach(() => bench.dispose());

test('saveenv survives a power cycle; setenv alone does not', async () => {
  await operator.toBootloader();
  await operator.ask("setenv kept 'two words'; saveenv; setenv lost 1");
  expect(await operator.ask('printenv kept lost')).toContain('kept=two words\r\nlost=1\r\n');
  await operator.board.setPower('off', never);
  await operator.toBootloader();
  expect(await operator.ask('printenv kept lost')).toContain(
    'kept=two words\r\n## Error: "lost" not defined\r\n',
  );
});

test('a semicolon separates commands, and a wrong one does not stop the rest', async () => {
  await operator.toBootloader();
  expect(await operator.ask('nonsense; echo $board; echo "a;b"')).toBe(
    "nonsense; echo $board; echo \"a;b\"\r\nUnknown command 'nonsense' - try 'help'\r\nlabdeck-sim\r\na;b\r\n=> ",
  );
});

test('help names every command, and none is inherited from JavaScript', async () => {
  await operator.toBootloader();
  const help = await operator.ask('help');
  for (const name of ['help', 'version', 'printenv', 'saveenv', 'md', 'bdinfo', 'reset', 'boot'])
    expect(help).toMatch(new RegExp(`^${name} +- `, 'm'));
  expect(await operator.ask('constructor; toString')).toMatch(/'constructor'[\s\S]*'toString'/);
});

test('md shows as much as asked for, in the width asked for', async () => {
  await operator.toBootloader();
  const words = await operator.ask('md 40000000 8');
  expect(words).toMatch(
    /\n40000000:( [0-9a-f]{8}){4} {2}.{16}\r\n40000010:( [0-9a-f]{8}){4} {2}.{16}\r\n=> $/,
  );
  expect(await operator.ask('md.b 40000100 3')).toMatch(/\n40000100:( [0-9a-f]{2}){3} +.{3}\r\n=> $/);
  expect(await operator.ask('md zz')).toContain('Usage:');
});

test('sleep takes as long as it says; reset starts over', async () => {
  await operator.toBootloader();
  expect(await operator.ask('sleep 3; echo awake', 2900)).not.toContain('\nawake');
  await bench.clock.advance(300);
  expect(operator.printed).toMatch(/\nawake\r\n=> $/);
  expect(await operator.ask('reset')).toMatch(/resetting \.\.\.[\s\S]*U-Boot SPL[\s\S]*autoboot/);
});

test('boot runs bootcmd, and a bootcmd that runs itself ends', async () => {
  await operator.toBootloader();
  expect(await operator.ask("setenv bootcmd 'echo mine'; boot")).toContain('\nmine\r\n=> ');
  await operator.ask("setenv a 'run a; run a'; run a", 5000);
  await operator.type('\x03');
  expect(await operator.ask('version')).toContain('U-Boot 2026.07');
});

test('a bootdelay of -1 never boots by itself', async () => {
  await operator.toBootloader();
  await operator.ask('setenv bootdelay -1; saveenv; reset', 20_000);
  expect(operator.printed).toMatch(/No ethernet found\.\r\n=> $/);
});

test('backspace, Ctrl-U and Ctrl-C edit the line', async () => {
  await operator.toBootloader();
  expect(await operator.ask('echo goo\x7fod')).toContain('\ngood\r\n');
  expect(await operator.ask('nonsense\x15echo fine')).toMatch(/\nfine\r\n=> $/);
  expect(await operator.ask('nonsense\x03echo fine')).toMatch(/<INTERRUPT>\r\n=> echo fine\r\nfine\r\n/);
});

test('one Enter is one line, whether CR, LF or both', async () => {
  await operator.toBootloader();
  const before = operator.printed.length;
  await operator.type('echo 1\recho 2\necho 3\r\necho 4\r\n');
  await bench.clock.advance(1000);
  expect(operator.printed.slice(before)).toBe([1, 2, 3, 4].map((n) => `echo ${n}\r\n${n}\r\n=> `).join(''));
});

test('root logs in without a password; nobody else with one', async () => {
  await operator.board.setPower('on', never);
  await bench.clock.advance(5000);
  await operator.ask('guest', 200);
  expect(operator.printed).toMatch(/guest\r\nPassword: $/);
  const refused = await operator.ask('secret', 3000);
  expect(refused).toMatch(/^\r\n\r\nLogin incorrect\r\nsim login: $/);
  expect(await operator.ask('root')).toMatch(/root@sim:~# $/);
});

test('the shell answers', async () => {
  await operator.toShell();
  expect(await operator.ask('uname -a')).toMatch(/\nLinux sim \S+ .*Labdeck sim/);
  expect(await operator.ask('cat /etc/os-release')).toContain('ID=labdeck-sim');
  expect(await operator.ask('cat /nowhere; echo $?')).toContain("can't open '/nowhere'");
  expect(await operator.ask('false && echo a || echo b; echo $?')).toMatch(/\nb\r\n0\r\n/);
  expect(await operator.ask('ls /proc')).toContain('cpuinfo\r\n');
  expect(await operator.ask('dmesg')).toContain('Linux version');
  expect(await operator.ask('echo hi > /etc/x')).toContain('Read-only file system');
  expect(await operator.ask('nonsense')).toContain('sh: nonsense: not found');
  expect(await operator.ask('exit')).toMatch(/sim login: $/);
});

test('uptime counts from the start of the kernel', async () => {
  await operator.toShell();
  const seconds = async () => Number(/\n([\d.]+) /.exec(await operator.ask('cat /proc/uptime'))?.[1]);
  const first = await seconds();
  await bench.clock.advance(60_000);
  expect((await seconds()) - first).toBeCloseTo(61, 1);
});

test('reboot goes through the bootloader, poweroff stays dark with its cable on', async () => {
  await operator.toShell();
  expect(await operator.ask('reboot', 1500)).toMatch(
    /Restarting system[\s\S]*U-Boot SPL[\s\S]*autoboot: {2}2 $/,
  );
  await bench.clock.advance(5000);
  await operator.ask('root');
  expect(await operator.ask('poweroff', 10_000)).toMatch(/Power down\r\n$/);
  expect(await operator.ask('anybody?', 10_000)).toBe('');
  expect(operator.board.cable.state).toBe('on');
});

test('a kernel panic says so and reboots after five seconds', async () => {
  await operator.toShell();
  const panic = await operator.ask('echo c > /proc/sysrq-trigger', 4900);
  expect(panic).toContain('Kernel panic - not syncing');
  expect(panic).not.toContain('U-Boot');
  await bench.clock.advance(1000);
  expect(operator.printed.slice(operator.printed.indexOf('Kernel panic'))).toContain('U-Boot SPL');
});
