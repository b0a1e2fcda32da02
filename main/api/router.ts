import { implement } from '@orpc/server';
import { type ConsolesChange, contract, maxInputBytes, type PowerChange } from '../contract/index.ts';
import { fail } from '../contract/labError.ts';
import type { ApiContext, Services } from './context.ts';
import { translateErrors } from './errors.ts';
import { eventStream, latestStream } from './eventStream.ts';
import { portsView } from './portsView.ts';

/** Contract to services: no rule of a domain lives here. */
export function createRouter(services: Services) {
  const os = implement(contract).$context<ApiContext>().use(translateErrors);
  const { ports, boards, power, consoles, settings, notices } = services;

  return os.router({
    ports: {
      list: os.ports.list.handler(() => portsView(ports, boards)),
      changes: os.ports.changes.handler(({ signal }) =>
        latestStream(
          () => ({ revision: ports.revision + boards.revision, ports: portsView(ports, boards) }),
          (changed) => both(ports.onDidChange(changed), boards.onDidChange(changed)),
          signal,
        ),
      ),
    },
    boards: {
      list: os.boards.list.handler(() => boards.list()),
      get: os.boards.get.handler(({ input }) => boards.get(input.boardId)),
      add: os.boards.add.handler(({ input }) => boards.add(input)),
      update: os.boards.update.handler(({ input: { boardId, ...patch } }) => boards.update(boardId, patch)),
      remove: os.boards.remove.handler(({ input }) => boards.remove(input.boardId)),
      changes: os.boards.changes.handler(({ signal }) =>
        latestStream(
          () => ({ revision: boards.revision, boards: boards.list() }),
          (changed) => boards.onDidChange(changed),
          signal,
        ),
      ),
    },
    power: {
      read: os.power.read.handler(({ input }) => power.read(input.boardId)),
      set: os.power.set.handler(({ input }) => power.set(boards.get(input.boardId).boardId, input.state)),
      cycle: os.power.cycle.handler(({ input }) =>
        power.cycle(boards.get(input.boardId).boardId, input.offMs),
      ),
      changes: os.power.changes.handler(({ signal }) =>
        eventStream<PowerChange>(
          () => ({ type: 'snapshot', revision: power.revision, readings: power.readings() }),
          (push) =>
            both(
              power.onDidChange((reading) => push({ type: 'reading', revision: power.revision, reading })),
              // A board that came or went has no reading of its own to send: begin anew.
              boards.onDidChange((event) => {
                if (event.type !== 'updated' || event.before.boardId !== event.board.boardId)
                  push({ type: 'snapshot', revision: power.revision, readings: power.readings() });
              }),
            ),
          signal,
        ),
      ),
    },
    leds: {
      set: os.leds.set.handler(({ input }) =>
        power.setLed(boards.get(input.boardId).boardId, input.led, input.on),
      ),
    },
    consoles: {
      list: os.consoles.list.handler(({ input }) => consoles.ofBoard(input.boardId)),
      open: os.consoles.open.handler(({ input }) => consoles.open(input.consoleId)),
      input: os.consoles.input.handler(async ({ input, context }) => {
        const bytes = inputBytes(input);
        await consoles.input(input.consoleId, bytes, context.who);
        return { bytes: bytes.length };
      }),
      snapshot: os.consoles.snapshot.handler(({ input }) =>
        consoles.snapshot(input.consoleId, input.maxBytes),
      ),
      changes: os.consoles.changes.handler(({ signal }) =>
        eventStream<ConsolesChange>(
          () => ({ type: 'snapshot', revision: consoles.revision, consoles: consoles.all() }),
          (push) =>
            consoles.onDidChange(({ consoleId, info }) =>
              push({ type: 'console', revision: consoles.revision, consoleId, info }),
            ),
          signal,
        ),
      ),
    },
    settings: {
      get: os.settings.get.handler(() => settings.get()),
      update: os.settings.update.handler(({ input }) => settings.update(input)),
      changes: os.settings.changes.handler(({ signal }) =>
        latestStream(
          () => settings.get(),
          (changed) => settings.onDidChange(changed),
          signal,
        ),
      ),
    },
    about: {
      about: os.about.about.handler(() => services.about()),
      health: os.about.health.handler(() => services.health()),
      notices: os.about.notices.handler(({ signal }) =>
        latestStream(
          () => notices.list(),
          (changed) => notices.onDidChange(changed),
          signal,
        ),
      ),
      dismiss: os.about.dismiss.handler(({ input }) => notices.dismiss(input.noticeId)),
    },
  });
}

export type LabRouter = ReturnType<typeof createRouter>;

function both(a: { dispose(): void }, b: { dispose(): void }) {
  return {
    dispose() {
      a.dispose();
      b.dispose();
    },
  };
}

function inputBytes(input: { text?: string | undefined; base64?: string | undefined }): Uint8Array {
  const field = input.text === undefined ? 'base64' : 'text';
  const bytes =
    input.text === undefined ? Buffer.from(input.base64 ?? '', 'base64') : Buffer.from(input.text, 'utf8');
  // The contract counts characters; the line takes bytes.
  if (bytes.length > maxInputBytes)
    fail('BAD_REQUEST', `${field}: at most ${maxInputBytes} bytes at once`, 'Send it in pieces.', { field });
  return bytes;
}
