import type { z } from 'zod';
import { toEngineError } from './complaints.ts';
import { deadlines, type EngineCli } from './engineCli.ts';
import { parseEngineJson } from './engineJson.ts';

/** `key` or `key=value`, as engines filter by it. */
export function labelFilter(label: string): string[] {
  return ['--filter', `label=${label}`];
}

export function labelArgs(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
}

/** The lines of a listing that prints ids or names alone. */
export function words(text: string): string[] {
  return [
    ...new Set(
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ),
  ];
}

/** Details of these; what is gone in the meantime is left out. */
export async function inspectAll<T>(
  cli: EngineCli,
  kind: 'image' | 'container' | 'volume',
  names: readonly string[],
  schema: z.ZodType<T[]>,
): Promise<T[]> {
  if (names.length === 0) return [];
  const outcome = await cli.run([kind, 'inspect', ...names], { timeoutMs: deadlines.list });
  if (outcome.exitCode !== 0) {
    const error = toEngineError(outcome);
    // It prints those it found all the same.
    if (error.code !== 'NOT_FOUND' || outcome.stdout.trim() === '') throw error;
  }
  return parseEngineJson(`${cli.kind} ${kind} inspect`, outcome.stdout, schema);
}
