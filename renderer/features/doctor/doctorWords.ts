import type { DoctorReport, Finding } from '../../../main/contract/index.ts';
import { countOf } from '../../lib/format/format.ts';
import type { Tone } from '../../ui/StateShape.tsx';

export const severityWord: Readonly<Record<Finding['severity'], string>> = {
  error: 'Error',
  warning: 'Warning',
  unknown: 'Not known',
  info: 'To know',
  ok: 'In order',
};

export const severityTone: Readonly<Record<Finding['severity'], Tone>> = {
  error: 'bad',
  warning: 'unknown',
  unknown: 'off',
  info: 'info',
  ok: 'on',
};

export const groupWord: Readonly<Record<Finding['group'], string>> = {
  ports: 'Serial ports',
  power: 'Power',
  programs: 'Programs',
  instances: 'Instances',
  machine: 'This computer',
};

/** What wants something, what is good to know, and what is in order; each in the order of the report. */
export interface Sorted {
  readonly wanted: readonly Finding[];
  readonly notes: readonly Finding[];
  readonly fine: readonly Finding[];
}

export function sortFindings(findings: readonly Finding[]): Sorted {
  const of = (...severities: Finding['severity'][]) =>
    findings.filter(({ severity }) => severities.includes(severity));
  return { wanted: of('error', 'warning'), notes: of('unknown', 'info'), fine: of('ok') };
}

/** The report in one line, for the head of the page. */
export function summaryOf({ findings, atMs, running }: DoctorReport): string {
  if (findings.length === 0) return running ? 'Looking…' : 'Not looked yet.';
  const { wanted } = sortFindings(findings);
  if (wanted.length > 0) return `${countOf(wanted.length, 'thing')} to mend`;
  return running || atMs === null ? 'Looking…' : 'All is well';
}

/** What is in order, by group. */
export function byGroup(
  findings: readonly Finding[],
): { readonly group: Finding['group']; readonly members: readonly Finding[] }[] {
  return (Object.keys(groupWord) as Finding['group'][])
    .map((group) => ({ group, members: findings.filter((each) => each.group === group) }))
    .filter(({ members }) => members.length > 0);
}
