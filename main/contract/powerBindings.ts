import { z } from 'zod';
import { slug } from './ids.ts';
import { portMatch } from './ports.ts';
import { newSocketId, notASocket, socketId } from './usb.ts';

/** The ACM power cable: which port, and the dialect of its one command byte. */
export const cablePower = z.strictObject({
  kind: z.literal('acm-cable'),
  match: portMatch,
  bitOrder: z.enum(['lsb', 'msb']).default('lsb').describe('lsb: bit 0 is power; msb: bit 3 is power'),
  digits: z
    .enum(['ascii', 'hex'])
    .default('ascii')
    .describe('how 10 to 15 are written: : ; < = > ? or A to F'),
  newline: z.boolean().default(false).describe('send a line feed after the digit'),
});
export type CablePower = z.infer<typeof cablePower>;

/** A socket of a USB hub that can switch it. `auto`: the kernel's `disable` file, else uhubctl. */
export const hubPortPower = z.strictObject({
  kind: z.literal('usb-hub-port'),
  socket: socketId,
  method: z.enum(['auto', 'disable', 'uhubctl']).default('auto'),
});
export type HubPortPower = z.infer<typeof hubPortPower>;

/** A server of the user's network. No credentials in it: those are kept as secrets (`PUT /boards/{boardId}/power/secret`). */
const baseUrl = z
  .string()
  .max(2000)
  .regex(
    /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
    'give http://host or https://host, without user and password',
  )
  .refine((url) => URL.canParse(url), 'give a whole address, with a port up to 65535');
const user = z.string().max(200).default('');

export const pdudaemonPower = z.strictObject({
  kind: z.literal('pdudaemon'),
  url: baseUrl.describe('of pdudaemon itself: http://lab:16421'),
  pdu: z.string().min(1).max(253).describe("the PDU's name in pdudaemon's configuration"),
  outlet: z.string().min(1).max(100).describe('mostly a number, by the driver of that PDU'),
});
export type PdudaemonPower = z.infer<typeof pdudaemonPower>;

export const tasmotaPower = z.strictObject({
  kind: z.literal('tasmota'),
  url: baseUrl,
  relay: z.int().min(1).max(32).default(1),
  user,
});
export type TasmotaPower = z.infer<typeof tasmotaPower>;

export const shellyPower = z.strictObject({
  kind: z.literal('shelly'),
  url: baseUrl,
  /** 1: HTTP API with basic authentication; 2: RPC with digest authentication (Gen2, 3 and 4). */
  generation: z.union([z.literal('auto'), z.literal(1), z.literal(2)]).default('auto'),
  channel: z.int().min(0).max(15).default(0),
  user: z.string().max(200).default('admin'),
});
export type ShellyPower = z.infer<typeof shellyPower>;

export const homeAssistantPower = z.strictObject({
  kind: z.literal('home-assistant'),
  url: baseUrl,
  entityId: z.string().regex(/^(switch|light|input_boolean)\.[a-z0-9_]+$/, 'such as switch.bench_plug'),
  /** A sensor in watts beside it; null: none. */
  powerEntityId: z
    .string()
    .regex(/^sensor\.[a-z0-9_]+$/, 'such as sensor.bench_plug_power')
    .nullable()
    .default(null),
});
export type HomeAssistantPower = z.infer<typeof homeAssistantPower>;

/** A program and its arguments; no shell, so nothing in them is interpreted. `{board}` stands for the board's name. */
const argv = z.array(z.string().max(4096)).min(1).max(100);

export const commandPower = z.strictObject({
  kind: z.literal('command'),
  on: argv,
  off: argv,
  /** Does off, wait and on by itself; null: `off`, wait, `on`. */
  cycle: argv.nullable().default(null),
  /** Says the state by its exit code, or by its output where `readOutput` is given; null: it cannot be asked. */
  read: argv.nullable().default(null),
  readExit: z
    .strictObject({ on: z.int().min(0).max(255).default(0), off: z.int().min(0).max(255).default(1) })
    .default({ on: 0, off: 1 }),
  /** Texts that the output of `read` contains when on and when off; null: the exit code decides. */
  readOutput: z
    .strictObject({ on: z.string().min(1).max(200), off: z.string().min(1).max(200) })
    .nullable()
    .default(null),
  timeoutMs: z.int().min(100).max(120_000).default(10_000),
});
export type CommandPower = z.infer<typeof commandPower>;

/**
 * The outlet of a virtual board, to try Labdeck's eyes on. `honest`: cuts the power and can be asked; `mute`: cuts it,
 * cannot be asked; `lies`: says off, and the board runs on. Boards of one `gang` lose their power together.
 */
export const virtualPower = z.strictObject({
  kind: z.literal('virtual'),
  behaviour: z.enum(['honest', 'mute', 'lies']).default('honest'),
  gang: slug.nullable().default(null),
});
export type VirtualPowerBinding = z.infer<typeof virtualPower>;

export const powerBinding = z.discriminatedUnion('kind', [
  cablePower,
  hubPortPower,
  pdudaemonPower,
  tasmotaPower,
  shellyPower,
  homeAssistantPower,
  commandPower,
  virtualPower,
]);
export type PowerBinding = z.infer<typeof powerBinding>;
export type PowerKind = PowerBinding['kind'];

/**
 * What a board may be bound to from now on. Stricter than what is read from the disk: one binding of before that never
 * worked must not cost the list of boards.
 */
export const newPowerBinding = powerBinding.superRefine((binding, context) => {
  const refuse = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  if (binding.kind === 'usb-hub-port' && !newSocketId.safeParse(binding.socket).success)
    refuse(['socket'], notASocket);
  if (binding.kind !== 'command') return;
  for (const what of ['on', 'off', 'cycle', 'read'] as const)
    for (const [index, argument] of (binding[what] ?? []).entries()) {
      if (index === 0 && argument.trim() === '') refuse([what, 0], 'name a program');
      if (argument.includes('\0'))
        refuse([what, index], 'no argument of a program can have a NUL character in it');
    }
});
