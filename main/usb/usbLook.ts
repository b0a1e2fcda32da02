import { type DeviceNodes, noNodes, readDeviceNodes } from './deviceNodes.ts';
import { type DeviceUse, usesOf } from './deviceUses.ts';
import type { HubAbilities, HubAbility } from './hubAbilities.ts';
import { type MachineFolders, type MachineUse, readMachineUse } from './machineUse.ts';
import { mayReadByFile, readByFile } from './portPower.ts';
import { findMethod, type MethodAnswer } from './switchMethod.ts';
import type { SysfsDevice } from './sysfsUsb.ts';
import { readUsbDevices } from './sysfsUsb.ts';
import { buildTopology, type Hub, type Topology } from './topology.ts';

/** All that one look at the machine's USB found. */
export interface UsbLook {
  readonly devices: readonly SysfsDevice[];
  readonly topology: Topology;
  /** By the kernel's name of the device. */
  readonly nodes: ReadonlyMap<string, DeviceNodes>;
  readonly machine: MachineUse;
  /** By socket; null: its hub cannot be asked. */
  readonly powered: ReadonlyMap<string, boolean | null>;
  /** By hub. */
  readonly methods: ReadonlyMap<string, MethodAnswer>;
  readonly abilities: ReadonlyMap<string, HubAbility>;
  /** Hubs that can be asked for the power of their ports. */
  readonly readable: ReadonlySet<string>;
}

export const emptyLook: UsbLook = {
  devices: [],
  topology: buildTopology([]),
  nodes: new Map(),
  machine: { disks: new Map(), defaultRoutes: new Set() },
  powered: new Map(),
  methods: new Map(),
  abilities: new Map(),
  readable: new Set(),
};

/**
 * Looks at everything. `askPorts: false` takes the power of empty sockets from `before`: asking wakes sleeping hubs.
 * Never rejects.
 */
export async function lookAtUsb(
  deps: { folders: MachineFolders; abilities: HubAbilities },
  before: UsbLook,
  askPorts: boolean,
): Promise<UsbLook> {
  const { folders, abilities } = deps;
  const devices = await readUsbDevices(folders.sysDir, before.devices);
  const topology = buildTopology(devices);
  const nodes = await readDeviceNodes(folders.sysDir, devices);
  const able = new Map(topology.hubs.map((hub) => [hub.hubId, combine(hub, abilities)]));
  const methods = new Map<string, MethodAnswer>();
  const powered = new Map<string, boolean | null>();
  const readable = new Set<string>();
  for (const hub of topology.hubs) {
    // One socket speaks for all of its hub: rights come by hub.
    const halves = hub.sockets[0]?.halves ?? [];
    const method = await findMethod(halves, 'auto', abilities);
    methods.set(hub.hubId, method);
    if (method.method === 'uhubctl' || (await mayReadByFile(halves))) readable.add(hub.hubId);
    // What a hub is able to do is asked first: the answer may save asking for each port.
    const ask = askPorts && able.get(hub.hubId)?.switching !== 'none' && hub.halves.every(abilities.isKnown);
    for (const [socketId, state] of await readPowered(hub, ask ? null : before.powered))
      powered.set(socketId, state ?? (able.get(hub.hubId)?.switching === 'none' ? true : null));
  }
  const machine = readMachineUse(folders);
  return { devices, topology, nodes, machine, powered, methods, abilities: able, readable };
}

/** What the machine would miss; `machine` as it was at the look, or as it is now. */
export function usesOfDevice(look: UsbLook, device: SysfsDevice, machine: MachineUse): DeviceUse[] {
  return usesOf(look.nodes.get(device.name) ?? noNodes, machine);
}

async function readPowered(
  hub: Hub,
  known: ReadonlyMap<string, boolean | null> | null,
): Promise<Map<string, boolean | null>> {
  const found = new Map<string, boolean | null>();
  let mute = false;
  for (const { socketId, devices, halves } of hub.sockets) {
    if (devices.length > 0) {
      // A port without power shows no device: no need to ask.
      found.set(socketId, true);
    } else if (known || mute) found.set(socketId, known?.get(socketId) ?? null);
    else {
      const states = [];
      for (const half of halves) states.push(await readByFile(half));
      found.set(socketId, eitherOn(states));
      // A hub that does not answer for one port keeps us waiting for each other one.
      mute = states.includes(null);
    }
  }
  return found;
}

/** The supply line is common to both halves: either of them keeps it up. null: not all of them could be asked. */
export function eitherOn(states: readonly (boolean | null)[]): boolean | null {
  if (states.includes(true)) return true;
  return states.length === 0 || states.includes(null) ? null : false;
}

/** Of both halves: what switches together in one, does so in the hub; a half that does not switch keeps its port up. */
function combine(hub: Hub, abilities: HubAbilities): HubAbility {
  const each = hub.halves.map((half) => abilities.get(half));
  const has = (switching: HubAbility['switching']) => each.some((ability) => ability.switching === switching);
  const switching = (['unknown', 'none', 'ganged', 'per-port'] as const).find(has) ?? 'unknown';
  return {
    switching,
    indicators: each.some((ability) => ability.indicators),
    problem: each.find((ability) => ability.problem !== null)?.problem ?? null,
  };
}
