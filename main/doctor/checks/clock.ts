import type { Check, Found } from '../check.ts';
import { asRoot, makeFix } from '../fixes/fix.ts';
import type { Machine } from '../machine.ts';

const why =
  'Recordings, boots and backups are told apart by their time, LAVA’s jobs and certificates too; a clock that is years off breaks them.';
const dayMs = 24 * 60 * 60_000;
/** No Labdeck is older. */
const earliestMs = Date.UTC(2026, 0, 1);
const latestMs = Date.UTC(2100, 0, 1);
/** Programs that set the clock. Where systemd manages one (ntp-units.d) it tells of it itself. */
const managed = ['systemd-timesyn', 'chronyd', 'ntpsec'];
const unmanaged = ['ntpd', 'openntpd', 'ptp4l', 'phc2sys'];

/** Whether the clock is right, as far as it can be told. `ourFile`: one that came with Labdeck. */
export function clockCheck(machine: Machine, ourFile: string): Check {
  return {
    name: 'clock',
    title: 'The clock',
    group: 'machine',
    followsPorts: false,
    look: async (signal) => {
      const nowMs = machine.nowMs();
      const installed = (await machine.facts(ourFile))?.changedAtMs ?? earliestMs;
      if (nowMs < earliestMs || nowMs > latestMs || nowMs < installed - dayMs)
        return [farOff(nowMs, await setByNetwork(machine))];
      return [judge(machine, await askSystemd(machine, signal), await setByNetwork(machine))];
    },
  };
}

const networkTime = () =>
  makeFix('Have the clock set by the network', [asRoot('timedatectl', 'set-ntp', 'true')], {
    undo: [asRoot('timedatectl', 'set-ntp', 'false')],
  });

function farOff(nowMs: number, keeper: string | null): Found {
  return {
    severity: 'error',
    title: 'The clock is far off',
    what: `It says ${new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ')} (UTC), which cannot be.${keeper === null ? '' : ` ${keeper} runs, and has not set it.`}`,
    why,
    fix: networkTime(),
  };
}

interface Told {
  readonly isOn: boolean;
  readonly isSynchronized: boolean;
  /** systemd knows a service it could switch on. */
  readonly canBeOn: boolean;
}

function judge(machine: Machine, told: Told | null, keeper: string | null): Found {
  const kept = `${keeper ?? 'A time service'} keeps it`;
  if (told?.isSynchronized || (told === null && keeper !== null))
    return { severity: 'ok', title: 'The clock is set by the network', what: `${kept}.`, why };
  if (told === null)
    return {
      severity: 'unknown',
      title: 'Nobody can tell whether the clock is right',
      what: `Neither systemd nor a time service tells. It says ${new Date(machine.nowMs()).toISOString().slice(0, 16).replace('T', ' ')} (UTC).`,
      why,
    };
  if (told.isOn || (keeper !== null && (unmanaged.includes(keeper) || !told.canBeOn)))
    return {
      severity: 'info',
      title: 'The clock is not synchronised yet',
      what: `${kept}, and has not reached a time server so far: the network may be away.`,
      why,
    };
  return {
    severity: 'warning',
    title: 'Nothing sets the clock',
    what: 'Time synchronisation is switched off.',
    why,
    fix: told.canBeOn ? networkTime() : null,
  };
}

/** null: there is no systemd to ask. */
async function askSystemd(machine: Machine, signal: AbortSignal): Promise<Told | null> {
  const text = await machine.run(['timedatectl', 'show'], signal).catch(() => null);
  if (text === null || !/^NTPSynchronized=/m.test(text)) return null;
  return {
    isOn: /^NTP=yes$/m.test(text),
    isSynchronized: /^NTPSynchronized=yes$/m.test(text),
    canBeOn: !/^CanNTP=no$/m.test(text),
  };
}

async function setByNetwork(machine: Machine): Promise<string | null> {
  const running = await machine.processes();
  return [...managed, ...unmanaged].find((name) => running.includes(name)) ?? null;
}
