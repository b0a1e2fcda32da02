import { useEffect } from 'react';
import { useConnectionPhase, useLab, useView } from '../../app/labContext.tsx';
import type { Route } from '../../app/route.ts';
import { BackupsPage } from './BackupsPage.tsx';
import { ImagesPage } from './ImagesPage.tsx';
import { InstanceList } from './InstanceList.tsx';
import { InstancePage } from './InstancePage.tsx';
import classes from './InstancesSection.module.css';
import { WatchesPage } from './WatchesPage.tsx';

const places = [
  { page: 'instances', title: 'Instances', route: { page: 'instances', name: null } },
  { page: 'backups', title: 'Backups', route: { page: 'backups' } },
  { page: 'images', title: 'Images', route: { page: 'images' } },
  { page: 'watches', title: 'Watches', route: { page: 'watches' } },
] as const satisfies readonly { page: Route['page']; title: string; route: Route }[];

/** LAVA instances and what belongs to them: one of them, or one of the four lists. */
export function InstancesSection() {
  const { instances } = useLab();
  const page = useView((state) => state.route.page);
  const name = useView((state) => (state.route.page === 'instances' ? state.route.name : null));
  const connected = useConnectionPhase() === 'connected';
  // Whoever comes here may have installed it meanwhile.
  useEffect(() => {
    if (connected) void instances.lookForEngine();
  }, [instances, connected]);
  if (name !== null) return <InstancePage name={name} />;
  return (
    <main className={classes.page} data-testid={page}>
      <Places page={page} />
      {page === 'instances' ? <InstanceList /> : null}
      {page === 'backups' ? <BackupsPage /> : null}
      {page === 'images' ? <ImagesPage /> : null}
      {page === 'watches' ? <WatchesPage /> : null}
    </main>
  );
}

function Places({ page }: { page: Route['page'] }) {
  const { view } = useLab();
  return (
    <header className={classes.top}>
      <h1 className="visually-hidden">{places.find((each) => each.page === page)?.title}</h1>
      <nav className={classes.places} aria-label="About instances">
        {places.map((place) => (
          <button
            key={place.page}
            type="button"
            className={classes.place}
            aria-current={place.page === page ? 'page' : undefined}
            onClick={() => view.go(place.route)}
          >
            {place.title}
          </button>
        ))}
      </nav>
    </header>
  );
}
