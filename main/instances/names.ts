import { randomBytes } from 'node:crypto';
import type { Labels } from './engine/engine.ts';

/** On everything Labdeck makes in an engine; its value tells which data folder it belongs to. */
export const labLabel = 'io.labdeck.lab';
/** On containers and volumes: the instance's key. */
export const instanceLabel = 'io.labdeck.instance';
/** On containers: what they were created with, so that a change is noticed. */
export const configLabel = 'io.labdeck.config';
/** On containers and volumes, for people who look with the engine's own tools. */
const nameLabel = 'io.labdeck.name';

/** Of a filter: all of this data folder's. */
export const labFilter = (labId: string) => `${labLabel}=${labId}`;

/** Of what is restored only to be looked at. */
const scratchPrefix = '00000000';

/** A new instance's key: it never comes twice, so nothing of a removed one is ever taken for another's. */
export const newKey = () => `1${randomBytes(6).toString('hex').slice(1)}`;
export const newScratchKey = () => `${scratchPrefix}${randomBytes(2).toString('hex')}`;
export const isScratchKey = (key: string) => key.startsWith(scratchPrefix);

/**
 * One life of an instance's data. An upgrade or a restore makes the next generation beside the present one and moves
 * over only when that is well; a crash in between leaves the present one as it was. Container, volume and run folder
 * of a generation share its name.
 */
export interface Generation {
  readonly key: string;
  readonly number: number;
}

export const generationName = ({ key, number }: Generation) => `labdeck-${key}-${number}`;

export function labelsOf(labId: string, generation: Generation, name: string): Labels {
  return { [labLabel]: labId, [instanceLabel]: generation.key, [nameLabel]: name };
}

/** The generation a container or volume name stands for; null: not one of ours. */
export function parseGeneration(name: string): Generation | null {
  const [, key, number] = /^labdeck-([0-9a-f]{12})-(\d+)$/.exec(name) ?? [];
  return key === undefined ? null : { key, number: Number(number) };
}
