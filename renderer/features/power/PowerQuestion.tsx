import type { ReactNode } from 'react';
import type { Board } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import type { PowerDialog } from '../../app/powerDialog.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import type { PowerAction, PowerConsent } from './powerControl.ts';

interface Props {
  readonly kind: PowerDialog['kind'];
  readonly title: string;
  /** As the button says it. */
  readonly yes: string;
  readonly grave?: boolean;
  readonly board: Board;
  readonly action: PowerAction;
  /** With what the answer says yes to. */
  readonly consent: PowerConsent;
  readonly children: ReactNode;
}

export const actionWord: Readonly<Record<PowerAction, string>> = {
  on: 'switch on',
  off: 'switch off',
  cycle: 'power cycle',
};

/** A question before power is switched. How that goes is shown at the switch, with the dialog out of the way. */
export function PowerQuestion({ kind, title, yes, grave = false, board, action, consent, children }: Props) {
  const { view, power } = useLab();
  // The answer may lead to the next question, which then stands in this one's place.
  const close = () => {
    if (view.store.getState().dialog?.kind === kind) view.show(null);
  };
  return (
    <ConfirmDialog
      title={title}
      action={yes}
      grave={grave}
      onClose={close}
      run={async () => {
        void power.do(board.boardId, action, consent);
      }}
    >
      {children}
    </ConfirmDialog>
  );
}
