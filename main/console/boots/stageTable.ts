import { z } from 'zod';
import data from '../../../resources/boot-stages.json' with { type: 'json' };
import { LineStarts, skipStamps } from '../scan/lineGate.ts';

/** A line is told by its first characters at a glance: so many a literal must have. */
const leastStart = 3;

const stageLine = z
  .strictObject({
    /** Whose it is, for those who read the data. */
    soc: z.string().optional(),
    /** The line begins with this, behind a kernel's time stamp where there is one. */
    starts: z.string().min(leastStart).optional(),
    /** The line has this anywhere. */
    contains: z.string().min(1).optional(),
    /** What the line, without time stamp, must match besides. JavaScript syntax. */
    pattern: z.string().optional(),
    /** Its program prints it once when it starts: it begins a boot when it comes too early or a second time. */
    banner: z.boolean().default(false),
    /** A command prints it too (`version`, `dmesg`): right after typing it begins no boot. */
    commandPrints: z.boolean().default(false),
    /** It stays in a log that programs print at any time (`dmesg`): no news once later stages were reached. */
    inLog: z.boolean().default(false),
    /** Stages after which it may come a second time in one boot: TI's K3 runs SPL on two kinds of cores. */
    againAfter: z.array(z.string()).default([]),
    /** It waits for input: it counts before its line ends. */
    prompt: z.boolean().default(false),
    /** A restart that somebody asked for. */
    orderly: z.boolean().default(false),
  })
  .refine((line) => (line.starts === undefined) !== (line.contains === undefined), 'give starts or contains');

const stage = z
  .strictObject({
    stage: z.string(),
    label: z.string(),
    /** How far a boot is. Stages that take each other's place have the same. */
    order: z.int().optional(),
    /** A boot that comes so far is a good one. */
    final: z.boolean().default(false),
    fault: z.enum(['panic', 'oops', 'reset']).optional(),
    lines: z.array(stageLine).min(1),
  })
  .refine((s) => (s.order === undefined) !== (s.fault === undefined), 'a stage has an order or is a fault');

export type FaultKind = 'panic' | 'oops' | 'reset';

/** What a line says about a boot. */
export interface StageMatch {
  /** Tells this line of the data from all others. */
  readonly key: string;
  readonly stage: string;
  readonly label: string;
  readonly order: number;
  readonly final: boolean;
  readonly fault: FaultKind | null;
  readonly banner: boolean;
  readonly commandPrints: boolean;
  readonly inLog: boolean;
  readonly againAfter: readonly string[];
  readonly prompt: boolean;
  readonly orderly: boolean;
  /** The line; of a prompt only the prompt. */
  readonly text: string;
}

interface Entry extends Omit<StageMatch, 'text'> {
  readonly starts: string | null;
  readonly contains: string | null;
  readonly pattern: RegExp | null;
}

/** The lines by which the stages of a boot are known. The first in the data that matches counts. */
export class StageTable {
  /** By the first characters of what a line begins with. */
  readonly #byStart = new Map<string, Entry[]>();
  readonly #anywhere: readonly Entry[];
  readonly #starts: LineStarts;
  readonly #orders: ReadonlyMap<string, number>;
  /** What some lines have anywhere. */
  readonly literals: readonly string[];
  /** As far as a boot can come. */
  readonly lastOrder: number;

  /** Throws (a bug in the data) when it does not fit the schema. */
  constructor(source: unknown = data) {
    const entries = z.array(stage).parse(source).flatMap(toEntries);
    for (const entry of entries) {
      if (entry.starts === null) continue;
      const key = entry.starts.slice(0, leastStart);
      this.#byStart.set(key, [...(this.#byStart.get(key) ?? []), entry]);
    }
    this.#starts = new LineStarts(entries.flatMap(({ starts }) => starts ?? []));
    this.#anywhere = entries.filter(({ contains }) => contains !== null);
    this.#orders = new Map(entries.filter(({ fault }) => fault === null).map((e) => [e.stage, e.order]));
    this.lastOrder = Math.max(...entries.map(({ order }) => order));
    this.literals = [...new Set(this.#anywhere.flatMap(({ contains }) => contains ?? []))];
  }

  /** How far a boot is at a stage of this name; null for a fault and for what the data does not know. */
  orderOf(stage: string): number | null {
    return this.#orders.get(stage) ?? null;
  }

  /** Whether the line of `text` (latin1) that begins at `at` may begin with one of them. */
  mayBegin(text: string, at: number): boolean {
    return this.#starts.mayMatch(text, at);
  }

  /** `text` is a line as people read it; null when it says nothing of a boot. */
  match(text: string, unfinished: boolean): StageMatch | null {
    const words = text.slice(skipStamps(text, 0));
    const fits = (entry: Entry) => (entry.prompt || !unfinished) && matches(entry, words);
    const found = this.#byStart.get(words.slice(0, leastStart))?.find(fits) ?? this.#anywhere.find(fits);
    if (!found) return null;
    // What was typed at a prompt is no part of it.
    const shown = found.prompt ? (found.pattern?.exec(words)?.[0] ?? words) : text;
    return { ...found, text: shown };
  }
}

function matches(entry: Entry, words: string): boolean {
  if (entry.starts !== null && !words.startsWith(entry.starts)) return false;
  if (entry.contains !== null && !words.includes(entry.contains)) return false;
  return entry.pattern?.test(words) ?? true;
}

function toEntries(source: z.output<typeof stage>): Entry[] {
  return source.lines.map((line, index) => ({
    key: `${source.stage}/${index}`,
    stage: source.stage,
    label: source.label,
    order: source.order ?? 0,
    final: source.final,
    fault: source.fault ?? null,
    banner: line.banner,
    commandPrints: line.commandPrints,
    inLog: line.inLog,
    againAfter: line.againAfter,
    prompt: line.prompt,
    orderly: line.orderly,
    starts: line.starts ?? null,
    contains: line.contains ?? null,
    pattern: line.pattern === undefined ? null : new RegExp(line.pattern),
  }));
}
