import { Keyboard } from 'lucide-react';
import { useStore } from 'zustand';
import { keys } from '../../app/commands/keys.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { consoleTitle } from '../console/consoleTitle.ts';
import { missedBy } from './missedBy.ts';
import classes from './TypingBand.module.css';
import { typeToAll } from './typeToMany.ts';

/** Says, as loud as a window can, that a key goes to several boards, and which of them it will not reach. */
export function TypingBand() {
  const lab = useLab();
  const typingTo = useStore(lab.wall.store, (state) => state.typingTo);
  const boards = useBench((state) => state.boards);
  const missed = useBench((state) => missedBy(typingTo ?? [], state).join('\n'));
  if (typingTo === null) return null;
  return (
    <div className={classes.band} role="status" data-testid="typing-band">
      <Keyboard size={18} strokeWidth={2.2} aria-hidden />
      <p>
        <strong>Typing goes to {countOf(typingTo.length, 'console')}</strong>
        {missed === '' ? null : (
          <span>
            {' · not to '}
            {missed
              .split('\n')
              .map((line) => named(line, boards))
              .join(', ')}
          </span>
        )}
      </p>
      <button type="button" className="button" onClick={() => typeToAll(lab, false)}>
        Stop <kbd>{keys['wall.typeToMany']}</kbd>
      </button>
    </div>
  );
}

/** `beagle.main: Ann has it` with the name people see. */
function named(line: string, boards: Parameters<typeof consoleTitle>[1]): string {
  const at = line.indexOf(': ');
  return `${consoleTitle(line.slice(0, at), boards)} (${line.slice(at + 2)})`;
}
