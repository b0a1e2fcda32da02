import type { ConsoleInfo, Sharing, SharingState } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { Actions } from '../../lib/stores/actions.ts';
import { planSharing, type Tokens } from './sharingPlan.ts';

export function sharingPlace(consoleId: string): string {
  return `sharing:${consoleId}`;
}

/** Opens and closes the doors of consoles. */
export class SharingControl {
  readonly #client: () => LabClient;
  readonly #actions: Actions;
  /** By console. The core never tells a token, and must hear it again with every change. */
  readonly #tokens = new Map<string, Tokens>();

  constructor(client: () => LabClient, actions: Actions) {
    this.#client = client;
    this.#actions = actions;
  }

  tokens(consoleId: string): Tokens {
    return this.#tokens.get(consoleId) ?? {};
  }

  /** Answers what stands in the way before the core is asked; null: it was asked, and the place tells. */
  change(
    consoleId: ConsoleInfo['consoleId'],
    state: SharingState,
    change: Partial<Sharing>,
  ): LabProblem | null {
    const plan = planSharing(state, change, this.tokens(consoleId));
    if (!plan.ok) return plan.problem;
    const { sharing } = plan;
    void this.#actions.run(sharingPlace(consoleId), 'share', async () => {
      await this.#client().sharing.set({ consoleId, ...sharing });
      const { telnet, tcp } = sharing;
      this.#tokens.set(consoleId, {
        ...(telnet?.token == null ? {} : { telnet: telnet.token }),
        ...(tcp?.token == null ? {} : { tcp: tcp.token }),
      });
    });
    return null;
  }
}
