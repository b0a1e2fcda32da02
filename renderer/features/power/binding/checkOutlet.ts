import '../../../lib/zodWithoutEval.ts';
import type { PowerBinding } from '../../../../main/contract/index.ts';
import { powerBinding } from '../../../../main/contract/powerBindings.ts';
import type { Checked } from '../../boards/boardForm.ts';
import { parseArgv } from './argvText.ts';
import type { CommandDraft, OutletDraft } from './outletDraft.ts';

/**
 * Checks an outlet by the contract itself, so that the form refuses just what the core would. Errors stand by the
 * binding's dotted fields, `url`; what is missing is said in the form's own words.
 */
export function checkOutlet(draft: OutletDraft): Checked<PowerBinding> {
  const result = powerBinding.safeParse(toBinding(draft));
  const own = { ...emptyFields(draft), ...(draft.kind === 'command' ? lineErrors(draft) : {}) };
  if (result.success && Object.keys(own).length === 0) return { ok: true, value: result.data };
  const issues = (result.error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.message] as const);
  return { ok: false, errors: { ...Object.fromEntries(issues.reverse()), ...own } };
}

/** As the core takes it; what can't be is left for the schema to refuse. */
function toBinding(draft: OutletDraft): unknown {
  switch (draft.kind) {
    case 'acm-cable':
    case 'usb-hub-port':
      return draft;
    case 'pdudaemon':
      return { ...draft, url: bareUrl(draft.url), pdu: draft.pdu.trim(), outlet: draft.outlet.trim() };
    case 'tasmota':
      return { ...draft, url: bareUrl(draft.url), relay: wholeNumber(draft.relay), user: draft.user.trim() };
    case 'shelly':
      return {
        ...draft,
        url: bareUrl(draft.url),
        channel: wholeNumber(draft.channel),
        user: draft.user.trim(),
      };
    case 'home-assistant':
      return {
        ...draft,
        url: bareUrl(draft.url),
        entityId: draft.entityId.trim(),
        powerEntityId: draft.powerEntityId.trim() === '' ? null : draft.powerEntityId.trim(),
      };
    case 'command':
      return commandBinding(draft);
    case 'virtual':
      return { ...draft, gang: draft.gang.trim() === '' ? null : draft.gang.trim() };
  }
}

function commandBinding(draft: CommandDraft): unknown {
  return {
    kind: draft.kind,
    on: argvOf(draft.on),
    off: argvOf(draft.off),
    cycle: draft.cycle.trim() === '' ? null : argvOf(draft.cycle),
    read: draft.read.trim() === '' ? null : argvOf(draft.read),
    readExit: { on: wholeNumber(draft.exitOn), off: wholeNumber(draft.exitOff) },
    readOutput: draft.tells === 'output' ? { on: draft.outputOn, off: draft.outputOff } : null,
    timeoutMs: Math.round(Number(draft.timeoutS.trim() === '' ? Number.NaN : draft.timeoutS) * 1000),
  };
}

/** `plug.lan` is as good as `http://plug.lan`, and a slash at the end says nothing. */
export function bareUrl(text: string): string {
  const trimmed = text.trim().replace(/\/+$/, '');
  return trimmed === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
}

function argvOf(line: string): readonly string[] {
  const parsed = parseArgv(line);
  return parsed.ok ? parsed.argv : [];
}

function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

function lineErrors(draft: CommandDraft): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const field of ['on', 'off', 'cycle', 'read'] as const) {
    const parsed = parseArgv(draft[field]);
    if (!parsed.ok) errors[field] = parsed.message;
  }
  if (draft.tells === 'output' && draft.read.trim() !== '' && draft.outputOn === draft.outputOff)
    errors['readOutput.off'] = 'give two texts that differ';
  if (draft.tells === 'exit' && draft.exitOn.trim() === draft.exitOff.trim())
    errors['readExit.off'] = 'give two codes that differ';
  return errors;
}

/** What is not filled in, which the schema would complain about in its own words. */
function emptyFields(draft: OutletDraft): Record<string, string> {
  const errors: Record<string, string> = {};
  const need = (field: string, value: string | null, message: string) => {
    if (value === null || value.trim() === '') errors[field] = message;
  };
  if ('url' in draft) need('url', draft.url, 'give its address: http://plug.lan');
  switch (draft.kind) {
    case 'acm-cable':
      need('match', draft.match?.value ?? null, 'this cable needs a port');
      break;
    case 'usb-hub-port':
      need('socket', draft.socket, 'choose the port that gives the board its power');
      break;
    case 'pdudaemon':
      need('pdu', draft.pdu, 'give the PDU’s name in pdudaemon’s configuration');
      need('outlet', draft.outlet, 'give the outlet, mostly a number');
      break;
    case 'tasmota':
      if (!(wholeNumber(draft.relay) >= 1 && wholeNumber(draft.relay) <= 32))
        errors.relay = 'give a number, 1 to 32';
      break;
    case 'shelly':
      if (!(wholeNumber(draft.channel) <= 15)) errors.channel = 'give a number, 0 to 15';
      break;
    case 'home-assistant':
      need('entityId', draft.entityId, 'give the switch: switch.bench_plug');
      break;
    case 'command':
      commandNeeds(draft, errors, need);
      break;
    case 'virtual':
      break;
  }
  return errors;
}

function commandNeeds(
  draft: CommandDraft,
  errors: Record<string, string>,
  need: (field: string, value: string, message: string) => void,
): void {
  need('on', draft.on, 'give the program that switches on');
  need('off', draft.off, 'give the program that switches off');
  const seconds = Number(draft.timeoutS.trim() === '' ? Number.NaN : draft.timeoutS);
  if (!(seconds >= 0.1 && seconds <= 120)) errors.timeoutMs = 'give seconds, 0.1 to 120';
  if (draft.read.trim() === '') return;
  if (draft.tells === 'output') {
    need('readOutput.on', draft.outputOn, 'give a text it prints when on');
    need('readOutput.off', draft.outputOff, 'give a text it prints when off');
    return;
  }
  if (!(wholeNumber(draft.exitOn) <= 255)) errors['readExit.on'] = 'give an exit code, 0 to 255';
  if (!(wholeNumber(draft.exitOff) <= 255)) errors['readExit.off'] = 'give an exit code, 0 to 255';
}
