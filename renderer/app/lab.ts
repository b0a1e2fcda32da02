import { BoardEditor } from '../features/boards/boardEditor.ts';
import { FileSender } from '../features/console/fileSender.ts';
import { LeaseControl } from '../features/console/leaseControl.ts';
import { SharingControl } from '../features/console/sharingControl.ts';
import { TerminalSessions } from '../features/console/terminalSessions.ts';
import { TypingControl } from '../features/console/typingControl.ts';
import { HistoryControl } from '../features/history/historyControl.ts';
import { InstancesControl } from '../features/instances/instancesControl.ts';
import { ShellSessions } from '../features/instances/shellSessions.ts';
import { PowerControl } from '../features/power/powerControl.ts';
import { SettingsControl } from '../features/settings/settingsControl.ts';
import { WallControl } from '../features/wall/wallControl.ts';
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
  readonly leases: LeaseControl;
  readonly sharing: SharingControl;
  readonly typing: TypingControl;
  readonly files: FileSender;
  readonly wall: WallControl;
  readonly history: HistoryControl;
  readonly instances: InstancesControl;
  readonly shells: ShellSessions;
  /** Console bytes, for whoever shows them otherwise than in a terminal. */
  readonly data: DataLink;
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
      // Another link is another client to the leases.
      bench.setState({ me: null });
      void link.client.leases.me().then(
        (me) => bench.setState(signal.aborted ? {} : { me }),
        () => undefined, // the link went: the next one asks again
      );
    },
    answered: (about) => bench.setState({ about }),
  });
  const client = () => connection.client();
  const wall = new WallControl();
  const typing: TypingControl = new TypingControl({
    bench,
    client,
    actions,
    session: (consoleId) => terminals.peek(consoleId),
    together: (consoleId) => wall.together(consoleId),
    questions: {
      askPaste: (consoleIds, text) => view.show({ kind: 'paste', consoleIds, text }),
      askFile: (consoleId, file) => view.show({ kind: 'send-file', consoleId, file }),
      asksBeforePaste: () => view.store.getState().asksBeforePaste,
    },
  });
  const terminals = new TerminalSessions(data, client, typing);
  const shells = new ShellSessions(client, () => terminals.appearance);
  bench.subscribe((now, before) => {
    if (now.boards !== null && now.boards !== before.boards) terminals.keepOnly(now.boards);
    if (now.instances !== null && now.instances !== before.instances) shells.follow(now.instances);
  });
  return {
    connection,
    bench,
    view,
    actions,
    terminals,
    leases: new LeaseControl(bench, client, actions),
    sharing: new SharingControl(client, actions),
    typing,
    files: new FileSender(client),
    wall,
    history: new HistoryControl(terminals),
    instances: new InstancesControl(client, actions),
    shells,
    data,
    power: new PowerControl(bench, client, actions, {
      confirm: (boardId, action, consent) => view.show({ kind: 'power-off', boardId, action, consent }),
      takeOver: (boardId, action, message, consent) =>
        view.show({ kind: 'power-take-over', boardId, action, message, consent }),
      consequences: (boardId, action, consequences, consent) =>
        view.show({ kind: 'power-consequences', boardId, action, consequences, consent }),
    }),
    boards: new BoardEditor(bench, client),
    settings: new SettingsControl(
      () => bench.getState().settings,
      async (patch) => client().settings.update(patch),
    ),
  };
}
