import { expect, test } from 'vitest';
import { exportName, exportUrl } from './saveExport.ts';

test('an export is named by console, day and time', () => {
  const wish = { consoleId: 'beagle-2.main', format: 'asciicast' } as const;
  expect(exportName(wish, new Date(2026, 2, 1, 9, 3, 4))).toBe('beagle-2.main 2026-03-01 090304.cast');
});

test('a browser asks the local API for exactly the wanted part', () => {
  const url = exportUrl({ consoleId: 'b.main', format: 'text', times: 'delta', from: 5, to: 90 });
  expect(url).toBe('/api/v1/consoles/b.main/recording?format=text&times=delta&from=5&to=90');
});
