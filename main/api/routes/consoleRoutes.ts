import { type BootsChange, type ConsolesChange, maxInputBytes } from '../../contract/index.ts';
import { fail } from '../../contract/labError.ts';
import { leaseTaker } from '../callers.ts';
import type { Services } from '../context.ts';
import { translateStream } from '../errors.ts';
import { eventStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';

const newestBoots = 100;

/** A board's lines: what they print, printed, and who writes. */
export function consoleRoutes({ consoles, leases }: Services) {
  return {
    consoles: lab.consoles.router({
      list: lab.consoles.list.handler(({ input }) => consoles.ofBoard(input.boardId)),
      open: lab.consoles.open.handler(({ input }) => consoles.open(input.consoleId)),
      input: lab.consoles.input.handler(async ({ input, context }) => {
        const bytes = inputBytes(input);
        await consoles.get(input.consoleId).input(bytes, context.caller);
        return { bytes: bytes.length };
      }),
      snapshot: lab.consoles.snapshot.handler(({ input }) =>
        consoles.get(input.consoleId).snapshot(input.maxBytes),
      ),
      mark: lab.consoles.mark.handler(({ input, context }) => ({
        offset: consoles.get(input.consoleId).mark(input.text, context.caller.who),
      })),
      times: lab.consoles.times.handler(({ input }) =>
        consoles.get(input.consoleId).times(input.from, input.to),
      ),
      changes: lab.consoles.changes.handler(({ signal }) =>
        eventStream<ConsolesChange>(
          () => ({ type: 'snapshot', revision: consoles.revision, consoles: consoles.all() }),
          (push) =>
            consoles.onDidChange(({ consoleId, info }) =>
              push({ type: 'console', revision: consoles.revision, consoleId, info }),
            ),
          signal,
        ),
      ),
    }),
    boots: lab.boots.router({
      list: lab.boots.list.handler(({ input }) =>
        consoles.get(input.consoleId).boots.list(input.limit, input.before),
      ),
      compare: lab.boots.compare.handler(({ input, signal }) =>
        consoles.get(input.consoleId).compareBoots(input.left, input.right, signal),
      ),
      changes: lab.boots.changes.handler(({ input, signal }) => {
        // Asked here, so that an unknown console is an error and not an empty stream.
        const { boots, options } = consoles.get(input.consoleId);
        const { consoleId } = options;
        return eventStream<BootsChange>(
          () => ({ type: 'snapshot', boots: boots.list(newestBoots) }),
          (push) =>
            consoles.onDidBoot((event) => {
              if (event.consoleId === consoleId) push({ type: 'boot', boot: event.boot });
            }),
          signal,
        );
      }),
    }),
    search: lab.search.router({
      run: lab.search.run.handler(({ input, signal }) => translateStream(consoles.search(input, signal))),
    }),
    leases: lab.leases.router({
      me: lab.leases.me.handler(({ context: { caller } }) => ({
        clientId: caller.clientId,
        who: caller.who,
      })),
      read: lab.leases.read.handler(({ input }) =>
        leases.read(consoles.get(input.consoleId).options.consoleId),
      ),
      take: lab.leases.take.handler(({ input, context }) =>
        leases.take(consoles.get(input.consoleId).options.consoleId, context.caller, {
          ...input,
          as: leaseTaker(context.caller),
        }),
      ),
      release: lab.leases.release.handler(({ input, context }) =>
        leases.release(consoles.get(input.consoleId).options.consoleId, context.caller),
      ),
      ask: lab.leases.ask.handler(({ input, context }) =>
        leases.ask(
          consoles.get(input.consoleId).options.consoleId,
          context.caller,
          input.why,
          leaseTaker(context.caller),
        ),
      ),
    }),
    sharing: lab.sharing.router({
      read: lab.sharing.read.handler(({ input }) => consoles.get(input.consoleId).info.sharing),
      set: lab.sharing.set.handler(({ input: { consoleId, ...sharing } }) =>
        consoles.share(consoleId, sharing),
      ),
    }),
    rules: lab.rules.router({
      status: lab.rules.status.handler(({ input }) => consoles.ruleStatus(input.boardId)),
    }),
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
