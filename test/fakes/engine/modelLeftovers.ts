import type { EngineModel } from './engineModel.ts';

/** All images, containers and working containers, as a test compares before and after. */
export function modelLeftovers(model: EngineModel): string[] {
  return [
    ...[...model.images.values()].map(({ id, references }) => `${id} ${[...references].join(' ')}`),
    ...[...model.containers.keys()],
    ...[...model.working.values()],
  ].sort();
}
