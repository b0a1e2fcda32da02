import type { Clock } from '../../base/clock.ts';
import type { SignalPolicy } from '../../contract/index.ts';
import type { LineControl } from '../transport.ts';

/** How long `pulse` holds a signal off. */
const pulseMs = 100;

/**
 * Brings DTR and RTS to where the console's binding wants them; to be called right after the line was opened.
 * A line without such signals is left alone. Rejects as LineControl.setSignals does.
 */
export async function applySignalPolicy(
  control: LineControl | null,
  policy: { readonly dtr: SignalPolicy; readonly rts: SignalPolicy },
  clock: Clock,
): Promise<void> {
  if (!control?.can.setSignals || (policy.dtr === 'leave' && policy.rts === 'leave')) return;
  await control.setSignals(signals(policy, (each) => each === 'assert'));
  if (policy.dtr !== 'pulse' && policy.rts !== 'pulse') return;
  await clock.sleep(pulseMs);
  await control.setSignals(signals(policy, (each) => each !== 'deassert'));
}

function signals(
  { dtr, rts }: { readonly dtr: SignalPolicy; readonly rts: SignalPolicy },
  isOn: (policy: SignalPolicy) => boolean,
): { dtr?: boolean; rts?: boolean } {
  return {
    ...(dtr === 'leave' ? {} : { dtr: isOn(dtr) }),
    ...(rts === 'leave' ? {} : { rts: isOn(rts) }),
  };
}
