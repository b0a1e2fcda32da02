import type { Instance } from '../../../main/contract/index.ts';
import { formatBytes } from '../../lib/format/format.ts';

/** `0.4 %`, `37 %`: of one core. */
export function formatPercent(percent: number): string {
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}

export function usageText(usage: Instance['usage']): { cpu: string; memory: string; disk: string } {
  if (usage === null) return { cpu: '–', memory: '–', disk: '–' };
  return {
    cpu: formatPercent(usage.cpuPercent),
    memory: formatBytes(usage.memoryBytes),
    disk: usage.diskBytes === null ? '–' : formatBytes(usage.diskBytes),
  };
}

/** `127.0.0.1:8100` */
export function addressText(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

const bytesPerMib = 1024 * 1024;

/** Limits are given in MiB. `null`: an empty field. */
export function mibText(bytes: number | null): string {
  return bytes === null ? '' : String(Math.round(bytes / bytesPerMib));
}

/** An empty field is no limit; what is no number is NaN, which the schema refuses. */
export function bytesOfMib(text: string): number | null {
  return text.trim() === '' ? null : numberIn(text) * bytesPerMib;
}

export function numberIn(text: string): number {
  return /^\d{1,12}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

export function numberOrNull(text: string): number | null {
  return text.trim() === '' ? null : numberIn(text);
}
