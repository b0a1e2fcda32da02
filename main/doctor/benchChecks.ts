import type { EngineState, UsbHub } from '../contract/index.ts';
import { type AccessVerdict, currentIdentity, examineAccess, type Holder } from '../ports/index.ts';
import type { Unavailable } from '../virtual/index.ts';
import type { Check } from './check.ts';
import { clockCheck } from './checks/clock.ts';
import { containerEngineCheck } from './checks/containerEngine.ts';
import { dataDiskCheck, engineDiskCheck } from './checks/diskSpace.ts';
import { hubSwitchingCheck, uhubctlCheck } from './checks/hubSwitching.ts';
import { inotifyCheck } from './checks/inotifyLimits.ts';
import { modemManagerCheck } from './checks/modemManager.ts';
import { apiPortCheck, instancePortsCheck } from './checks/networkPorts.ts';
import { portAccessCheck } from './checks/portAccess.ts';
import { portHoldersCheck } from './checks/portHolders.ts';
import { lrzszCheck, qemuCheck } from './checks/programs.ts';
import { serialDriversCheck } from './checks/serialDrivers.ts';
import { subordinateIdsCheck } from './checks/subordinateIds.ts';
import { udevRulesCheck } from './checks/udevRules.ts';
import { udevRunningCheck } from './checks/udevRunning.ts';
import { shippedRules } from './fixes/rulesFile.ts';
import type { Machine } from './machine.ts';
import { whoListens } from './whoListens.ts';

/** What the doctor asks of the rest of Labdeck. */
export interface Bench {
  readonly dataDir: string;
  /** What ships with Labdeck beside its code. */
  readonly resourcesDir: string;
  /** Nodes of serial ports that are plugged in. */
  readonly devices: () => readonly string[];
  readonly holders: (device: string) => Promise<Holder[]>;
  /** The board and role that binds a node; null: nobody's. */
  readonly boundTo: (device: string) => string | null;
  /** Processes of Labdeck beside this one. */
  readonly ourPids: () => Promise<readonly number[]>;
  readonly hubs: () => Promise<readonly UsbHub[]>;
  readonly engine: {
    readonly look: () => Promise<EngineState>;
    /** null: no engine is in use. */
    readonly storageDir: () => Promise<string | null>;
  };
  readonly qemu: () => Promise<Unavailable>;
  readonly instancePorts: { readonly firstPort: number; readonly count: number };
  /** The port the headless host is to have; null: any. */
  readonly apiPort: number | null;
}

/** All that the doctor looks at on a bench. */
export function benchChecks(machine: Machine, bench: Bench): Check[] {
  const { devices, dataDir } = bench;
  const rules = { resourcesDir: bench.resourcesDir, runDir: `${dataDir}/run` };
  return [
    portAccessCheck(machine, devices, examineNow),
    portHoldersCheck(bench),
    modemManagerCheck(machine, rules, devices),
    udevRulesCheck(machine, rules, devices),
    udevRunningCheck(machine),
    serialDriversCheck(machine),
    hubSwitchingCheck(machine, { rules, hubs: bench.hubs, examine: examineNow }),
    uhubctlCheck(machine),
    lrzszCheck(machine),
    qemuCheck(machine, bench.qemu),
    containerEngineCheck(machine, bench.engine.look),
    subordinateIdsCheck(machine),
    engineDiskCheck(machine, dataDir, bench.engine.storageDir),
    instancePortsCheck(machine, bench.instancePorts),
    dataDiskCheck(machine, dataDir),
    clockCheck(machine, shippedRules(rules)),
    inotifyCheck(machine),
    ...(bench.apiPort === null
      ? []
      : [apiPortCheck(machine, bench.apiPort, { whoListens, ourPids: bench.ourPids })]),
  ];
}

/** By the groups of now: somebody may just have joined one. */
async function examineNow(device: string): Promise<AccessVerdict> {
  return await examineAccess(device, await currentIdentity());
}
