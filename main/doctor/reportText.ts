import type { DoctorReport, Finding } from '../contract/index.ts';

const words: Readonly<Record<Finding['severity'], string>> = {
  error: 'ERROR',
  warning: 'WARNING',
  unknown: 'UNKNOWN',
  info: 'INFO',
  ok: 'ok',
};
const column = 9;
const usualWidth = 100;

/** The report for a terminal: what wants something in full, what is in order a line each. Commands are never broken. */
export function reportText({ findings }: DoctorReport, width = usualWidth): string {
  const room = Math.max(40, Math.min(width, usualWidth)) - column;
  const blocks = findings.filter(({ severity }) => severity !== 'ok').map((each) => `${full(each, room)}\n`);
  const fine = findings.filter(({ severity }) => severity === 'ok').map(({ title }) => line('ok', title));
  return [...blocks, ...fine, '', summary(findings), ''].join('\n');
}

/** 0: nothing worse than information; 1: errors; 2: warnings. What is unknown is no failure. */
export function exitCodeOf({ findings }: Pick<DoctorReport, 'findings'>): 0 | 1 | 2 {
  if (findings.some(({ severity }) => severity === 'error')) return 1;
  return findings.some(({ severity }) => severity === 'warning') ? 2 : 0;
}

function full({ severity, title, what, why, fix }: Finding, room: number): string {
  const body = [...wrap(what, room), ...wrap(why, room)];
  if (fix !== null) {
    body.push(`${fix.title}:`, `  ${fix.command}`);
    if (fix.afterwards !== null) body.push(...wrap(`Then: ${fix.afterwards}`, room));
    if (fix.undo !== null) body.push(`Undo: ${fix.undo}`);
  }
  return [line(words[severity], title), ...body.map((each) => `${' '.repeat(column)}${each}`)].join('\n');
}

function line(word: string, text: string): string {
  return `${word.padEnd(column)}${text}`;
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']) =>
    findings.filter((each) => each.severity === severity).length;
  const parts = (
    [
      ['error', 'error', 'errors'],
      ['warning', 'warning', 'warnings'],
      ['unknown', 'unknown', 'unknown'],
      ['info', 'to know', 'to know'],
      ['ok', 'in order', 'in order'],
    ] as const
  ).flatMap(([severity, one, many]) => {
    const found = count(severity);
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  });
  return parts.join(', ');
}

function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let now = '';
  for (const word of text.split(' ')) {
    if (now !== '' && now.length + 1 + word.length > room) {
      lines.push(now);
      now = word;
    } else now = now === '' ? word : `${now} ${word}`;
  }
  return now === '' ? lines : [...lines, now];
}
