import { oc } from '@orpc/contract';
import { z } from 'zod';
import { base64Bytes } from './base64.ts';
import { labErrors, writingErrors } from './errors.ts';
import { boardRef, consoleRef, slug } from './ids.ts';

const { NOT_FOUND, BAD_REQUEST, UNSUPPORTED, MISSING_DEPENDENCY, TOO_LARGE, DISK_FULL, CONFLICT } = labErrors;
const writing = { ...writingErrors, UNSUPPORTED };

/** How a console is typed to. Kept with its board. */
export const typingStyle = z.strictObject({
  lineEnding: z.enum(['cr', 'lf', 'crlf']).default('cr').describe('what Enter sends'),
  /** Show what is typed, for a board that does not echo. */
  localEcho: z.boolean().default(false),
  charDelayMs: z.int().min(0).max(1_000).default(0).describe('between characters of a paste'),
  lineDelayMs: z.int().min(0).max(60_000).default(0).describe('after each line of a paste'),
  waitForEcho: z
    .boolean()
    .default(false)
    .describe('each line of a paste waits until the board has echoed the one before'),
  /** Wrap a paste in ESC [200~ ... ESC [201~ where the board has asked for it. */
  bracketedPaste: z.boolean().default(true),
});
export type TypingStyle = z.infer<typeof typingStyle>;
export const defaultTypingStyle: TypingStyle = typingStyle.parse({});

export const maxPasteBytes = 512 * 1024;
export const fileProtocol = z.enum(['xmodem', 'ymodem', 'zmodem']);
export type FileProtocol = z.infer<typeof fileProtocol>;
export const maxUploadBytes = 2 * 1024 ** 3;
export const maxUploadPieceBytes = 512 * 1024;

const onConsole = z.strictObject({ consoleId: consoleRef });
const started = z.object({ taskId: z.string() });
const style = typingStyle.shape;

export const typingContract = {
  read: oc
    .route({ method: 'GET', path: '/consoles/{consoleId}/typing', summary: 'How this console is typed to' })
    .errors({ NOT_FOUND })
    .input(onConsole)
    .output(typingStyle),
  set: oc
    .route({ method: 'PUT', path: '/consoles/{consoleId}/typing', summary: 'Change how it is typed to' })
    .errors({ NOT_FOUND, BAD_REQUEST, DISK_FULL })
    .input(typingStyle.extend({ consoleId: consoleRef }))
    .output(typingStyle),
  /** What is left out is as the console's typing style says. */
  paste: oc
    .route({
      method: 'POST',
      path: '/consoles/{consoleId}/paste',
      summary: 'Type a text at the pace the board bears, as a task',
    })
    .errors({ ...writing, TOO_LARGE })
    .input(
      onConsole.extend({
        text: z.string().min(1).max(maxPasteBytes),
        lineEnding: style.lineEnding.unwrap().optional(),
        charDelayMs: style.charDelayMs.unwrap().optional(),
        lineDelayMs: style.lineDelayMs.unwrap().optional(),
        waitForEcho: z.boolean().optional(),
        bracketedPaste: z.boolean().optional(),
      }),
    )
    .output(started),
  sendBreak: oc
    .route({ method: 'POST', path: '/consoles/{consoleId}/break', summary: 'Send a break' })
    .errors(writing)
    .input(onConsole.extend({ durationMs: z.int().min(1).max(5_000).default(250) }))
    .output(z.object({ durationMs: z.int() })),
  sysrq: oc
    .route({
      method: 'POST',
      path: '/consoles/{consoleId}/sysrq',
      summary: 'Magic SysRq: a break, then the key',
    })
    .errors(writing)
    .input(onConsole.extend({ key: z.string().regex(/^[0-9a-z]$/, 'one of 0-9 and a-z') }))
    .output(z.object({ key: z.string() })),
  sendFile: oc
    .route({
      method: 'POST',
      path: '/consoles/{consoleId}/files',
      summary: 'Send a file with X-, Y- or ZMODEM, as a task',
    })
    .errors({ ...writing, MISSING_DEPENDENCY, CONFLICT })
    .input(
      onConsole
        .extend({
          protocol: fileProtocol.default('zmodem'),
          path: z
            .string()
            .max(4096)
            .regex(/^\//, 'give an absolute path')
            .optional()
            .describe('of a file on this machine'),
          uploadId: z.string().max(64).optional().describe('or what was uploaded before'),
        })
        .refine((i) => (i.path === undefined) !== (i.uploadId === undefined), {
          path: ['path'],
          message: 'give either path or uploadId',
        }),
    )
    .output(started),
  runMacro: oc
    .route({
      method: 'POST',
      path: '/boards/{boardId}/macros/{macro}/run',
      summary: 'Type a macro; a long one goes on as a task',
    })
    .errors(writing)
    .input(
      z.strictObject({
        boardId: boardRef,
        macro: z.string().max(100),
        values: z.record(z.string(), z.string().max(4096)).default({}),
      }),
    )
    .output(
      z.object({ consoleId: z.string(), text: z.string().describe('what is typed'), taskId: z.string() }),
    ),
};

export const uploadsContract = {
  /** A file on its way to a board. It is deleted once sent, or after an hour. */
  begin: oc
    .route({ method: 'POST', path: '/uploads', successStatus: 201, summary: 'Begin to upload a file' })
    .errors({ BAD_REQUEST, TOO_LARGE, DISK_FULL })
    .input(
      z.strictObject({ name: z.string().min(1).max(255), sizeBytes: z.int().min(0).max(maxUploadBytes) }),
    )
    .output(z.object({ uploadId: z.string() })),
  append: oc
    .route({ method: 'POST', path: '/uploads/{uploadId}', summary: 'The next piece of it' })
    .errors({ NOT_FOUND, BAD_REQUEST, TOO_LARGE, DISK_FULL })
    .input(
      z.strictObject({
        uploadId: z.string().max(64),
        offset: z.int().min(0),
        base64: base64Bytes(maxUploadPieceBytes),
      }),
    )
    .output(z.object({ receivedBytes: z.int() })),
};

/** A text at the push of a button. `{{name}}` in it is replaced; `{{board}}`, `{{console}}`, `{{date}}` and `{{time}}` are known. */
export const macro = z.strictObject({
  name: z.string().trim().min(1).max(60),
  /** Which console of the board. */
  console: slug.default('main'),
  /** Typed as it is: put a line break where Enter is meant. */
  text: z
    .string()
    .min(1)
    .max(64 * 1024),
  /** What to suggest for the variables it asks for. */
  defaults: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,39}$/), z.string().max(4096)).default({}),
});
export type Macro = z.infer<typeof macro>;
