import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { Recorder } from '../../main/console/recording/recorder.ts';
import { ConsoleSearch } from '../../main/console/search/consoleSearch.ts';
import { type SearchQuery, searchQuery } from '../../main/contract/index.ts';
import { consoleText } from './consoleText.ts';
import type { Figure, Reading } from './figure.ts';
import { isInstalled } from './processes.ts';
import { median, range, ratiosOf, round } from './stats.ts';

const gigabyte = 1_000_000_000;
const pieceBytes = 8 * 1024 * 1024;
const rounds = 5;
const memoryEveryMs = 10;
const wanted = 'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\r\n';

interface Search {
  readonly name: string;
  readonly query: Pick<SearchQuery, 'q' | 'regex' | 'caseSensitive'>;
  readonly rgOptions: readonly string[];
}

const searches: readonly Search[] = [
  {
    name: 'text, case counts',
    query: { q: 'Kernel panic', regex: false, caseSensitive: true },
    rgOptions: ['--fixed-strings'],
  },
  {
    name: 'text, any case',
    query: { q: 'kernel panic', regex: false, caseSensitive: false },
    rgOptions: ['--fixed-strings', '--ignore-case'],
  },
  {
    name: 'expression',
    query: { q: 'panic - not \\w+: [A-Z]+', regex: true, caseSensitive: true },
    rgOptions: [],
  },
];

interface Run {
  readonly ms: number;
  readonly rgMs: number;
  readonly matches: number;
  readonly rgMatches: number;
  readonly grownBytes: number;
}

/** A gigabyte of a board's output, searched by us and, in the same files, by ripgrep. */
export const searchFigure: Figure = {
  name: 'search',
  title: 'search in 1 GB',
  run: async (progress) => {
    if (!isInstalled('rg')) return { readings: searches.map(({ name }) => notMeasured(name)), raw: null };
    const folder = mkdtempSync(join(tmpdir(), 'labdeck-bench-search-'));
    const recorder = await Recorder.open(join(folder, 'main'), systemClock, silentLogger);
    try {
      progress('recording 1 GB');
      await record(recorder);
      const runs = new Map<Search, Run[]>(searches.map((search) => [search, []]));
      for (let round = 1; round <= rounds; round += 1)
        for (const search of searches) {
          progress(`${search.name}, round ${round} of ${rounds}`);
          runs.get(search)?.push(await measure(recorder, search));
        }
      return {
        readings: [...runs]
          .map(([search, of]) => speed(search, of))
          .concat(memory([...runs.values()].flat())),
        raw: [...runs].map(([{ name }, of]) => ({ name, runs: of })),
      };
    } finally {
      await recorder.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function record(recorder: Recorder): Promise<void> {
  for (let seed = 1; recorder.endOffset < gigabyte; seed += 1) {
    recorder.append(consoleText(seed, pieceBytes));
    if (seed % 10 === 0) recorder.append(Buffer.from(`\r\n${wanted}`));
    await recorder.flush();
  }
}

async function measure(recorder: Recorder, { query, rgOptions }: Search): Promise<Run> {
  const files = recorder.segments().map(({ path }) => path);
  const beginMs = performance.now();
  const rg = spawnSync('rg', ['--text', '--count', ...rgOptions, '--regexp', query.q, ...files], {
    encoding: 'utf8',
  });
  const betweenMs = performance.now();
  const memoryBefore = process.memoryUsage.rss();
  let memoryMost = memoryBefore;
  const watch = setInterval(() => {
    memoryMost = Math.max(memoryMost, process.memoryUsage.rss());
  }, memoryEveryMs);
  let matches = 0;
  const everything = searchQuery.parse({ consoleId: 'bench.main', limit: 100_000, ...query });
  for await (const event of new ConsoleSearch().run(recorder, everything))
    if (event.type === 'match') matches += 1;
  clearInterval(watch);
  return {
    rgMs: betweenMs - beginMs,
    ms: performance.now() - betweenMs,
    matches,
    // `file:count`, a line for each file with a match.
    rgMatches: [...rg.stdout.matchAll(/:(\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0),
    grownBytes: memoryMost - memoryBefore,
  };
}

function speed({ name }: Search, runs: readonly Run[]): Reading {
  const ratios = ratiosOf(
    runs.map(({ ms }) => ms),
    runs.map(({ rgMs }) => rgMs),
  );
  const wrong = runs.filter(({ matches, rgMatches }) => matches !== rgMatches || matches === 0);
  return {
    name: `time / rg, ${name}`,
    value: wrong.length > 0 ? null : median(ratios),
    unit: 'x',
    goal: { is: 'at most', value: 3 },
    note:
      wrong.length > 0
        ? `found ${wrong[0]?.matches} where rg found ${wrong[0]?.rgMatches}`
        : `${round(median(runs.map(({ ms }) => ms)))} against ${round(median(runs.map(({ rgMs }) => rgMs)))} ms; rounds gave ${range(ratios)}`,
  };
}

/** Of the process, its search threads included. The first search of all pays for what later ones use again. */
function memory(runs: readonly Run[]): Reading {
  const grown = runs.map(({ grownBytes }) => grownBytes / 1e6);
  return {
    name: 'memory while it searches',
    value: Math.max(...grown),
    unit: 'MB',
    goal: { is: 'at most', value: 50 },
    note: `the most of ${runs.length} searches; ${range(grown)}`,
  };
}

function notMeasured(name: string): Reading {
  return { name: `time / rg, ${name}`, value: null, unit: 'x', goal: null, note: 'rg is not installed' };
}
