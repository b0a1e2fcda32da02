import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { errnoOf } from '../base/errno.ts';
import { exec } from '../base/exec.ts';
import { type HubSwitching, LabError, type LabErrorCode } from '../contract/index.ts';
import { doctorHint } from './doctorHint.ts';
import type { SysfsDevice } from './sysfsUsb.ts';
import { listByUhubctl } from './uhubctl.ts';

/** What one hub (one half of a USB 3 hub) says of itself. */
export interface HubAbility {
  readonly switching: HubSwitching;
  readonly indicators: boolean;
  /** Why it could not be asked, for people; null when it was. */
  readonly problem: string | null;
}

export type Indicator = 'auto' | 'amber' | 'green' | 'off';

const answer = z.union([
  z.object({ node: z.string(), characteristics: z.int(), ports: z.int() }),
  z.object({ node: z.string(), errno: z.string() }),
]);
type Answer = z.infer<typeof answer>;

/** `denied`: rights may come later; whatever else failed is not tried again at each look. */
interface Known {
  readonly ability: HubAbility;
  readonly denied: boolean;
}

/** A hub answers within milliseconds; one that hangs is given up after a second each (see hub_control.py). */
const askTimeoutMs = 10_000;

/**
 * What hubs say of themselves, asked once per hub and kept while it is plugged in. Asking takes a control transfer,
 * which a small Python program makes; where Python is missing uhubctl is asked, which says nothing of lights. Both
 * need write access to the hub's node.
 */
export class HubAbilities {
  readonly #program: readonly [string, ...string[]];
  readonly #devDir: string;
  readonly #known = new Map<string, Known>();

  /** `program` runs `resources/usb/hub_control.py`, `devDir` is `/dev`. */
  constructor(deps: { program: readonly [string, ...string[]]; devDir: string }) {
    this.#program = deps.program;
    this.#devDir = deps.devDir;
  }

  get(hub: SysfsDevice): HubAbility {
    return this.#known.get(this.#key(hub))?.ability ?? unknown('it was not asked yet');
  }

  /** It was asked, or would have been if we might. */
  readonly isKnown = (hub: SysfsDevice): boolean => this.#known.has(this.#key(hub));

  /** The hub's usbfs node. */
  nodeOf(hub: SysfsDevice): string {
    const number = (n: number) => String(n).padStart(3, '0');
    return path.join(this.#devDir, 'bus/usb', number(hub.busNumber), number(hub.deviceNumber));
  }

  /**
   * Asks those that are new and those that refused us before; forgets those that are gone. Resolves with whether
   * anything was learned. Never rejects.
   */
  async ask(hubs: readonly SysfsDevice[]): Promise<boolean> {
    const keys = new Set(hubs.map((hub) => this.#key(hub)));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
    const open: SysfsDevice[] = [];
    let learned = false;
    for (const hub of hubs) {
      const known = this.#known.get(this.#key(hub));
      if (known && !known.denied) continue;
      const denied = await this.#denied(hub);
      if (denied === null) open.push(hub);
      else if (!known) {
        this.#known.set(this.#key(hub), { ability: unknown(denied), denied: true });
        learned = true;
      }
    }
    if (open.length === 0) return learned;
    const answers = await this.#describe(open.map((hub) => this.nodeOf(hub)));
    const listed = answers === 'MISSING_DEPENDENCY' ? await listByUhubctl() : null;
    for (const hub of open) {
      const ability =
        typeof answers !== 'string'
          ? abilityOf(answers.get(this.nodeOf(hub)), hub)
          : listed
            ? abilityListed(listed.get(hub.name))
            : unknown(
                answers === 'MISSING_DEPENDENCY'
                  ? 'neither Python 3 nor uhubctl is installed, which ask hubs'
                  : 'the program that asks hubs failed',
              );
      this.#known.set(this.#key(hub), { ability, denied: false });
    }
    return true;
  }

  /** Sets the light of one port. Rejects with LabError: PERMISSION_DENIED, MISSING_DEPENDENCY, DEVICE_GONE, COMMAND_FAILED. */
  async indicate(hub: SysfsDevice, port: number, indicator: Indicator, signal: AbortSignal): Promise<void> {
    const node = this.nodeOf(hub);
    const denied = await this.#denied(hub);
    if (denied !== null)
      throw new LabError('PERMISSION_DENIED', `Lights of ${node} cannot be set: ${denied}`, {
        hint: doctorHint,
      });
    await exec([...this.#program, 'indicate', node, String(port), indicator], {
      timeoutMs: askTimeoutMs,
      signal,
    });
  }

  async #describe(nodes: readonly string[]): Promise<ReadonlyMap<string, Answer> | LabErrorCode> {
    try {
      const { stdout } = await exec([...this.#program, 'describe', ...nodes], {
        timeoutMs: askTimeoutMs,
      });
      const lines = stdout.split('\n').filter((line) => line !== '');
      return new Map(
        lines.map((line) => {
          const said = answer.parse(JSON.parse(line));
          return [said.node, said];
        }),
      );
    } catch (error) {
      return error instanceof LabError ? error.code : 'COMMAND_FAILED';
    }
  }

  async #denied(hub: SysfsDevice): Promise<string | null> {
    const node = this.nodeOf(hub);
    try {
      await access(node, constants.R_OK | constants.W_OK);
      return null;
    } catch (error) {
      return errnoOf(error) === 'ENOENT' ? `${node} is not there` : `this user may not write ${node}`;
    }
  }

  /** Another device in the same socket has another number. */
  #key(hub: SysfsDevice): string {
    return `${hub.name} ${hub.deviceNumber} ${hub.vendorId}:${hub.productId}`;
  }
}

function unknown(problem: string): HubAbility {
  return { switching: 'unknown', indicators: false, problem };
}

/** wHubCharacteristics: bits 0 and 1 are the power switching, bit 7 the lights (USB 2.0, table 11-13). */
function abilityOf(said: Answer | undefined, hub: SysfsDevice): HubAbility {
  if (said === undefined) return unknown('it did not answer');
  if ('errno' in said) return unknown(`it did not answer (${said.errno})`);
  const { characteristics } = said;
  const mode = characteristics & 0b11;
  const indicators = (characteristics & 0x80) !== 0 && (hub.speedMbps ?? 0) < 5000;
  if (mode >= 2) return { switching: 'none', indicators, problem: null };
  // One port alone is a gang of one.
  const alone = mode === 1 || said.ports === 1;
  return { switching: alone ? 'per-port' : 'ganged', indicators, problem: null };
}

function abilityListed(switching: HubSwitching | undefined): HubAbility {
  return switching === undefined
    ? unknown('it did not answer')
    : { switching, indicators: false, problem: null };
}
