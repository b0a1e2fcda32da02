import { Globe } from 'lucide-react';
import { Suspense } from 'react';
import type { ConsoleInfo, SharingState } from '../../../main/contract/index.ts';
import { lazily } from '../../ui/lazily.ts';
import classes from './SharingEdge.module.css';
import { isExposed } from './sharingPlan.ts';

const SharingButton = lazily(() =>
  import('./SharingButton.tsx').then((module) => ({ default: module.SharingButton })),
);

/** Which doors the console has beside the window. */
export function SharingEdge({ info }: { info: ConsoleInfo }) {
  return (
    <span className={classes.sharing}>
      <ExposedBadge sharing={info.sharing} />
      <Suspense>
        <SharingButton info={info} />
      </Suspense>
    </span>
  );
}

/** Other machines can reach it: to be seen wherever the console is. */
export function ExposedBadge({ sharing, short = false }: { sharing: SharingState; short?: boolean }) {
  if (!isExposed(sharing)) return null;
  return (
    <span
      className={classes.exposed}
      data-testid="exposed"
      title="Everybody in the network can reach this console"
    >
      <Globe size={12} strokeWidth={2} aria-hidden />
      <span className={short ? classes.hidden : undefined}>Open to the network</span>
    </span>
  );
}
