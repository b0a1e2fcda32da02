import { expect, test } from 'vitest';
import type { DoctorReport, Finding } from '../../../main/contract/index.ts';
import { byGroup, sortFindings, summaryOf } from './doctorWords.ts';

const finding = (severity: Finding['severity'], group: Finding['group'] = 'ports'): Finding => ({
  findingId: `${severity} ${group}`,
  group,
  severity,
  title: 'A title',
  what: 'What.',
  why: 'Why.',
  fix: null,
});
const report = (given: Partial<DoctorReport>): DoctorReport => ({
  revision: 1,
  atMs: 1,
  running: false,
  findings: [],
  ...given,
});

test('all is well only once everything was looked at', () => {
  expect(summaryOf(report({ atMs: null }))).toBe('Not looked yet.');
  expect(summaryOf(report({ atMs: null, running: true }))).toBe('Looking…');
  expect(summaryOf(report({ atMs: null, running: true, findings: [finding('ok')] }))).toBe('Looking…');
  expect(summaryOf(report({ findings: [finding('ok'), finding('info'), finding('unknown')] }))).toBe(
    'All is well',
  );
});

test('what is to mend is counted as soon as it is found', () => {
  const findings = [finding('error'), finding('warning'), finding('ok')];
  expect(summaryOf(report({ atMs: null, running: true, findings }))).toBe('2 things to mend');
});

test('every finding stands in exactly one place', () => {
  const all = (['error', 'warning', 'unknown', 'info', 'ok'] as const).map((severity) => finding(severity));
  const { wanted, notes, fine } = sortFindings(all);
  expect([...wanted, ...notes, ...fine]).toEqual(all);
});

test('groups without a member are not shown', () => {
  expect(byGroup([finding('ok', 'machine'), finding('ok', 'ports')]).map(({ group }) => group)).toEqual([
    'ports',
    'machine',
  ]);
});
