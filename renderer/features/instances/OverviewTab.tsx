import type { Instance } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { Age } from '../../ui/Age.tsx';
import { Credentials } from './Credentials.tsx';
import { InstanceSettings } from './InstanceSettings.tsx';
import { holdsText } from './instanceWords.ts';
import classes from './OverviewTab.module.css';
import { PartsTable } from './PartsTable.tsx';
import { placeTitle, sourceTitle } from './sourceWords.ts';
import { usageText } from './usageText.ts';

/** What runs in it, what it takes, where it answers, who may log in, and what of it can be changed. */
export function OverviewTab({ instance }: { instance: Instance }) {
  return (
    <div className={classes.scroll} data-testid="overview">
      <div className={classes.grid}>
        <div className={classes.column}>
          <section className={classes.card} aria-labelledby="parts-title">
            <h2 id="parts-title">Parts</h2>
            <PartsTable instance={instance} />
          </section>
          <section className={classes.card} aria-labelledby="facts-title">
            <h2 id="facts-title">What it is</h2>
            <Facts instance={instance} />
          </section>
        </div>
        <div className={classes.column}>
          <section className={classes.card} aria-labelledby="login-title">
            <h2 id="login-title">Log in</h2>
            <Credentials instance={instance} />
          </section>
          <section className={classes.card} aria-labelledby="settings-title">
            <h2 id="settings-title">Settings</h2>
            <InstanceSettings key={instance.key} instance={instance} />
          </section>
        </div>
      </div>
    </div>
  );
}

function Facts({ instance }: { instance: Instance }) {
  const usage = usageText(instance.usage);
  const { source, resolved, holds, watch, version } = instance;
  return (
    <>
      <dl className={classes.figures}>
        <Figure name="CPU" value={usage.cpu} />
        <Figure name="Memory" value={usage.memory} />
        <Figure name="Disk" value={usage.disk} />
      </dl>
      <dl className={classes.facts} data-selectable>
        <dt>Address</dt>
        <dd className="tabular">{instance.url}</dd>
        <dt>Source</dt>
        <dd>{sourceTitle(source)}</dd>
        {source.kind === 'branch' ? (
          <>
            <dt>Repository</dt>
            <dd>
              <code>{source.repository}</code>
              {source.at === null ? null : `, ${placeTitle(source.at)}`}
            </dd>
          </>
        ) : null}
        <dt>Made from</dt>
        <dd>{resolved?.title ?? 'not built yet'}</dd>
        {resolved?.commit == null ? null : (
          <>
            <dt>Commit</dt>
            <dd>
              <code>{resolved.commit}</code>
            </dd>
          </>
        )}
        {resolved?.sha256 == null ? null : (
          <>
            <dt>SHA-256</dt>
            <dd>
              <code>{resolved.sha256}</code>
            </dd>
          </>
        )}
        <dt>LAVA</dt>
        <dd>{version ?? 'not known yet'}</dd>
        <dt>Holds</dt>
        <dd>{holds === null ? 'not known now' : holdsText(holds)}</dd>
        {watch === null ? null : (
          <>
            <dt>Watch</dt>
            <dd>
              <WatchLink watchId={watch.watchId} />, {watch.subject}
            </dd>
          </>
        )}
        <dt>Installed</dt>
        <dd>
          <Age atMs={instance.createdAtMs} />
        </dd>
      </dl>
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="tabular">{value}</dd>
    </div>
  );
}

function WatchLink({ watchId }: { watchId: string }) {
  const { view } = useLab();
  return (
    <button type="button" className={classes.link} onClick={() => view.go({ page: 'watches' })}>
      {watchId}
    </button>
  );
}
