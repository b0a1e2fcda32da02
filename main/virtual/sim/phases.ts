import type { SimMemory } from '../boardMemory.ts';
import {
  bannerScript,
  countdownScript,
  kernelScript,
  panicScript,
  restartScript,
  type Step,
} from './bootScript.ts';
import { linuxPrompt, loginPrompt } from './linux.ts';
import { ubootPrompt } from './uboot.ts';

export type Phase = SimMemory['phase'];

const prompts: Readonly<Partial<Record<Phase, string>>> = {
  uboot: ubootPrompt,
  login: loginPrompt,
  password: 'Password: ',
  shell: linuxPrompt,
};

/** What a phase that reads lines asks with; null where nothing reads. */
export function promptOf(phase: Phase): string | null {
  return prompts[phase] ?? null;
}

/** What a phase prints by itself; empty for one that waits for input. */
export function scriptOf(phase: Phase, bootDelayS: number): readonly Step[] {
  if (phase === 'banner') return bannerScript;
  if (phase === 'countdown') return countdownScript(Math.max(0, bootDelayS));
  if (phase === 'kernel') return kernelScript;
  if (phase === 'restart') return restartScript;
  return phase === 'panic' ? panicScript : [];
}

/** The phase after a script has ended. */
export function phaseAfter(phase: Phase, bootDelayS: number): Phase {
  if (phase === 'kernel') return 'login';
  if (phase === 'restart' || phase === 'panic') return 'banner';
  // As in U-Boot, a negative delay means: do not boot by yourself.
  return phase === 'banner' && bootDelayS >= 0 ? 'countdown' : 'uboot';
}

/** The environment's `bootdelay` in seconds. */
export function bootDelayOf(env: ReadonlyMap<string, string>): number {
  const seconds = Number.parseInt(env.get('bootdelay') ?? '0', 10);
  return Number.isNaN(seconds) ? 0 : Math.min(seconds, 99);
}
