import type { LineControl } from '../transport.ts';

/**
 * The line's control for one client: whoever may not type may not send a break or turn the speed either. `claim`
 * throws LabError LEASED; reading needs no lease.
 */
export function guardedControl(control: LineControl, claim: () => void): LineControl {
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
    readSignals: () => control.readSignals(),
    sendBreak: guard((durationMs: number) => control.sendBreak(durationMs)),
    setSignals: guard((signals: Parameters<LineControl['setSignals']>[0]) => control.setSignals(signals)),
    setParameters: guard((parameters: Parameters<LineControl['setParameters']>[0]) =>
      control.setParameters(parameters),
    ),
    purge: guard(() => control.purge()),
  };
}
