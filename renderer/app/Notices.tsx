import { X } from 'lucide-react';
import type { Notice } from '../../main/contract/index.ts';
import { StateShape, type Tone } from '../ui/StateShape.tsx';
import { useBench, useLab } from './labContext.tsx';
import classes from './Notices.module.css';

const tones: Record<Notice['severity'], Tone> = { info: 'info', warning: 'unknown', error: 'bad' };
const words: Record<Notice['severity'], string> = { info: 'Note', warning: 'Warning', error: 'Error' };

/** What the core wants known though nobody asked. It stays until put away, in every window. */
export function Notices() {
  const notices = useBench((state) => state.notices);
  return (
    <ul className={classes.list} aria-label="Notices" aria-live="polite">
      {notices.map((notice) => (
        <NoticeLine key={notice.noticeId} notice={notice} />
      ))}
    </ul>
  );
}

function NoticeLine({ notice }: { notice: Notice }) {
  const { connection, actions } = useLab();
  const dismiss = () => {
    void actions.run(`notice:${notice.noticeId}`, 'dismiss', async () =>
      connection.client().about.dismiss({ noticeId: notice.noticeId }),
    );
  };
  return (
    <li className={classes.notice} data-severity={notice.severity}>
      <StateShape tone={tones[notice.severity]} sizePx={12} />
      <p data-selectable>
        <span className={classes.word}>{words[notice.severity]}: </span>
        <strong>{notice.title}.</strong> <span className={classes.text}>{notice.text}</span>
      </p>
      <button
        type="button"
        className={classes.dismiss}
        aria-label={`Dismiss: ${notice.title}`}
        onClick={dismiss}
      >
        <X size={15} aria-hidden />
      </button>
    </li>
  );
}
