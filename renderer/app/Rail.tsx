import { LayoutDashboard, PanelLeft, Search, Settings } from 'lucide-react';
import { keys } from './commands/keys.ts';
import { useLab, useView } from './labContext.tsx';
import classes from './Rail.module.css';

/** Where to go. Only places that exist. */
export function Rail() {
  const { view } = useLab();
  const page = useView((state) => state.route.page);
  const listOpen = useView((state) => state.listOpen);
  const onBench = page !== 'settings';
  return (
    <nav className={classes.rail} aria-label="Sections">
      <img className={classes.mark} src="./icon.svg" alt="" width={26} height={26} />
      <Entry
        label="Bench"
        current={onBench}
        onClick={() => (onBench ? undefined : view.go({ page: 'bench', boardId: null }))}
      >
        <LayoutDashboard size={19} strokeWidth={1.7} aria-hidden />
      </Entry>
      {onBench ? (
        <span className={classes.narrow}>
          <Entry label="Board list" expanded={listOpen} onClick={() => view.set({ listOpen: !listOpen })}>
            <PanelLeft size={19} strokeWidth={1.7} aria-hidden />
          </Entry>
        </span>
      ) : null}
      <span className={classes.spring} />
      <Entry label="Commands" hint={keys['view.palette']} onClick={() => view.openPalette()}>
        <Search size={18} strokeWidth={1.7} aria-hidden />
      </Entry>
      <Entry label="Settings" current={page === 'settings'} onClick={() => view.go({ page: 'settings' })}>
        <Settings size={19} strokeWidth={1.7} aria-hidden />
      </Entry>
    </nav>
  );
}

interface EntryProps {
  readonly label: string;
  readonly hint?: string;
  readonly current?: boolean;
  readonly expanded?: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}

function Entry({ label, hint, current, expanded, onClick, children }: EntryProps) {
  return (
    <button
      type="button"
      className={classes.entry}
      data-tip={expanded === true ? undefined : hint === undefined ? label : `${label}  ${hint}`}
      data-tip-side="right"
      aria-label={label}
      aria-current={current === true ? 'page' : undefined}
      aria-expanded={expanded}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
