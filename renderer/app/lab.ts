import { BoardEditor } from '../features/boards/boardEditor.ts';
import { TerminalSessions } from '../features/console/terminalSessions.ts';
import { PowerControl } from '../features/power/powerControl.ts';
import { SettingsControl } from '../features/settings/settingsControl.ts';
import { openBrowserLink } from '../lib/lab/browserLink.ts';
import { LabConnection } from '../lib/lab/connection.ts';
import { DataLink } from '../lib/lab/dataLink.ts';
import { openDesktopLink } from '../lib/lab/desktopLink.ts';
import { Actions } from '../lib/stores/actions.ts';
import { type BenchStore, createBench } from '../lib/stores/bench.ts';
import { followCore } from '../lib/stores/follow.ts';
import { View } from './view.ts';

/** Everything the window is made of, wired once. */
export interface Lab {
  readonly connection: LabConnection;
  readonly bench: BenchStore;
  readonly view: View;
  readonly actions: Actions;
  readonly power: PowerControl;
  readonly boards: BoardEditor;
  readonly settings: SettingsControl;
  readonly terminals: TerminalSessions;
}

export function createLab(): Lab {
  const shell = window.labdeckShell;
  const bench = createBench();
  const data = new DataLink();
  const view = new View();
  const actions = new Actions();
  const connection = new LabConnection(shell === undefined ? openBrowserLink : openDesktopLink(shell), {
    linked: (link, signal) => {
      data.attach(link.bytes);
      signal.addEventListener('abort', () => data.detach());
      followCore(link.client, bench, signal);
    },
    answered: (about) => bench.setState({ about }),
  });
  const client = () => connection.client();
  const terminals = new TerminalSessions(data, client);
  bench.subscribe((now, before) => {
    if (now.boards !== null && now.boards !== before.boards) terminals.keepOnly(now.boards);
  });
  return {
    connection,
    bench,
    view,
    actions,
    terminals,
    power: new PowerControl(bench, client, actions, (boardId, action) =>
      view.show({ kind: 'power-off', boardId, action }),
    ),
    boards: new BoardEditor(bench, client),
    settings: new SettingsControl(
      () => bench.getState().settings,
      async (patch) => client().settings.update(patch),
    ),
  };
}
