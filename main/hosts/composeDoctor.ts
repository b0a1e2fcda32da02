import type { Clock } from '../base/clock.ts';
import { DisposableStore } from '../base/disposable.ts';
import type { BoardsService } from '../boards/index.ts';
import { benchChecks, DoctorService, thisMachine } from '../doctor/index.ts';
import { type InstancesDomain, usualPorts } from '../instances/index.ts';
import type { PortsService } from '../ports/index.ts';
import type { TasksService } from '../tasks/index.ts';
import type { UsbService } from '../usb/index.ts';
import type { VirtualBench } from '../virtual/index.ts';

interface DoctorParts {
  readonly ports: PortsService;
  readonly usb: UsbService;
  readonly boards: BoardsService;
  readonly lava: InstancesDomain;
  readonly virtual: VirtualBench;
  readonly tasks: TasksService;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly resourcesDir: string;
}

/** The doctor of a running core: it asks the domains for what they know already. */
export function composeDoctor(parts: DoctorParts): DoctorService {
  const { ports, usb, boards, lava, virtual, tasks, clock, dataDir, resourcesDir } = parts;
  const machine = thisMachine();
  const boundTo = (device: string) => {
    const claim = boards.claims().find(({ match }) => ports.resolve(match)?.device === device);
    return claim ? `${claim.boardId} (${claim.role})` : null;
  };
  const checks = benchChecks(machine, {
    dataDir,
    resourcesDir,
    devices: () => ports.list().map(({ device }) => device),
    holders: (device) => ports.holders(device),
    boundTo,
    ourPids: async () => [],
    hubs: async () => {
      // What hubs may be asked and told depends on rights that may just have changed.
      await usb.refresh();
      return usb.tree().hubs;
    },
    engine: {
      look: () => lava.engines.look(),
      storageDir: async () => (await lava.engines.present?.storageDir()) ?? null,
    },
    qemu: () => virtual.availability('qemu'),
    instancePorts: usualPorts,
    apiPort: null,
  });
  return new DoctorService({
    machine,
    checks,
    tasks,
    onDidChangePorts: (listener) => {
      const held = new DisposableStore();
      held.add(ports.onDidChange(listener));
      held.add(usb.onDidChange(listener));
      return held;
    },
    clock,
  });
}
