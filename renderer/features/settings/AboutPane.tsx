import { useBench } from '../../app/labContext.tsx';
import { Age } from '../../ui/Age.tsx';
import { Pane } from './Pane.tsx';
import classes from './SettingsPage.module.css';

/** What runs here and where it keeps things. The access token is not among it. */
export function AboutPane() {
  const about = useBench((state) => state.about);
  const shell = window.labdeckShell;
  if (about === null) return null;
  const { qemu } = about.virtual;
  return (
    <Pane title="About">
      <dl className={classes.facts} data-selectable>
        <dt>Labdeck</dt>
        <dd>{about.version}</dd>
        <dt>Host</dt>
        <dd>
          {about.host}, process {about.pid}, started <Age atMs={about.startedAtMs} />
        </dd>
        <dt>Data folder</dt>
        <dd>
          <code>{about.dataDir}</code>
        </dd>
        <dt>Node</dt>
        <dd>
          {about.node} on {about.platform}
        </dd>
        {shell === undefined ? null : (
          <>
            <dt>Shell</dt>
            <dd>
              Electron {shell.versions.electron}, Chromium {shell.versions.chrome}
            </dd>
          </>
        )}
        <dt>QEMU boards</dt>
        <dd>{qemu.available ? 'available' : `${qemu.reason} ${qemu.hint}`}</dd>
      </dl>
    </Pane>
  );
}
