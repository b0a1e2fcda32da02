import type { Services } from '../context.ts';
import { lab } from '../implementer.ts';

/** More than single keys: pastes, files, macros, breaks. */
export function typingRoutes({ typing, uploads }: Services) {
  return {
    typing: lab.typing.router({
      read: lab.typing.read.handler(({ input }) => typing.style(input.consoleId)),
      set: lab.typing.set.handler(({ input: { consoleId, ...style } }) => typing.setStyle(consoleId, style)),
      paste: lab.typing.paste.handler(({ input, context }) => typing.paste(input, context.caller)),
      sendBreak: lab.typing.sendBreak.handler(async ({ input, context }) => {
        await typing.sendBreak(input.consoleId, input.durationMs, context.caller);
        return { durationMs: input.durationMs };
      }),
      sysrq: lab.typing.sysrq.handler(async ({ input, context }) => {
        await typing.sysrq(input.consoleId, input.key, context.caller);
        return { key: input.key };
      }),
      sendFile: lab.typing.sendFile.handler(({ input, context }) => typing.sendFile(input, context.caller)),
      runMacro: lab.typing.runMacro.handler(({ input, context }) => typing.runMacro(input, context.caller)),
    }),
    uploads: lab.uploads.router({
      begin: lab.uploads.begin.handler(({ input }) => uploads.begin(input.name, input.sizeBytes)),
      append: lab.uploads.append.handler(({ input }) =>
        uploads.append(input.uploadId, input.offset, Buffer.from(input.base64, 'base64')),
      ),
    }),
  };
}
