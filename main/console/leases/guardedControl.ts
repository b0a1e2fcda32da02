import type { LineControl, LineParameters } from '../transport.ts';

/** The line's control in the hands of one client. */
export interface GuardedControl extends LineControl {
  /**
   * Undoes what this client set, whoever writes by now: a line is not left at a speed that nobody there asked for.
   * Rejects as `setParameters` does, but never with LEASED.
   */
  putBack(parameters: Partial<LineParameters>): Promise<void>;
}

/**
 * The line's control for one client: whoever may not type may not send a break or turn the speed either. `claim`
 * throws LabError LEASED; reading needs no lease.
 */
export function guardedControl(control: LineControl, claim: () => void): GuardedControl {
  const guard =
    <A extends unknown[]>(act: (...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      claim();
      await act(...args);
    };
  return {
    get can() {
      return control.can;
    },
    get parameters() {
      return control.parameters;
    },
    get driven() {
      return control.driven;
    },
    readSignals: () => control.readSignals(),
    sendBreak: guard((durationMs: number) => control.sendBreak(durationMs)),
    setSignals: guard((signals: Parameters<LineControl['setSignals']>[0]) => control.setSignals(signals)),
    setParameters: guard((parameters: Parameters<LineControl['setParameters']>[0]) =>
      control.setParameters(parameters),
    ),
    purge: guard(() => control.purge()),
    putBack: (parameters) => control.setParameters(parameters),
  };
}
