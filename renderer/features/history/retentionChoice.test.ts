import { expect, test } from 'vitest';
import { describeRetention, retentionKind, withKind } from './retentionChoice.ts';

const everything = { maxBytes: null, maxAgeDays: null };

test('choosing a limit keeps the one that was set before', () => {
  const sized = { maxBytes: 5_000_000_000, maxAgeDays: null };
  expect(withKind(sized, 'both')).toEqual({ maxBytes: 5_000_000_000, maxAgeDays: 365 });
  expect(withKind(sized, 'everything')).toEqual(everything);
  expect(withKind(everything, 'size').maxBytes).toBe(10_000_000_000);
});

test('a retention is told in words', () => {
  expect(describeRetention(everything)).toBe('Keeps everything');
  expect(describeRetention({ maxBytes: 2_500_000_000, maxAgeDays: null })).toBe('Keeps up to 2.5 GB');
  expect(describeRetention({ maxBytes: 1_000_000_000, maxAgeDays: 30 })).toBe(
    'Keeps up to 1 GB, of the last 30 days',
  );
  expect(describeRetention({ maxBytes: null, maxAgeDays: 1 })).toBe('Keeps the last day');
});

test('the kind is read off the limits', () => {
  expect(retentionKind(everything)).toBe('everything');
  expect(retentionKind({ maxBytes: 1, maxAgeDays: 1 })).toBe('both');
  expect(retentionKind({ maxBytes: null, maxAgeDays: 1 })).toBe('age');
});
