import type { DoctorFix } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { CommandText } from './CommandText.tsx';
import { Effects } from './FixPart.tsx';

/** The consent: the very command once more. The core refuses it when it is another one by now. */
export function FixDialog({ fix }: { fix: DoctorFix }) {
  const { view, connection } = useLab();
  const { fixId, command } = fix;
  return (
    <ConfirmDialog
      title={`${fix.title}?`}
      action="Run it"
      onClose={() => view.show(null)}
      run={async () => connection.client().doctor.fix({ fixId, command })}
    >
      <p>This runs on your computer, and then the doctor looks again:</p>
      <CommandText text={command} copies={false} />
      <Effects fix={fix} />
    </ConfirmDialog>
  );
}
