import type { InstallPlan } from '../../../main/contract/index.ts';
import { formatBytes } from '../../lib/format/format.ts';
import { aboutSeconds } from './timeLeft.ts';

/** `Takes about 90 s and 960 MB of disk, of 42 GB free.` */
export function planCost(plan: InstallPlan): string {
  return `Takes ${aboutSeconds(plan.seconds)} and ${diskText(plan)}.`;
}

/** `960 MB of disk, of 42 GB free` */
export function diskText({ diskBytes: { image, volume, free } }: InstallPlan): string {
  const needed = `${formatBytes(image + volume)} of disk`;
  return free === null ? needed : `${needed}, of ${formatBytes(free)} free`;
}

/** What there will be afterwards that was not there before. */
export function createdText(plan: InstallPlan): string {
  const image = plan.sharesImage ? 'the image of another instance' : 'an image of its own';
  return `One container from ${image}, and one volume for all it keeps`;
}

export function addressOf(plan: InstallPlan): string {
  return `http://127.0.0.1:${plan.port}/`;
}
