import type { Figure } from '../figure.ts';
import { backupFigure } from './backupFigure.ts';
import { eightFigure } from './eightFigure.ts';
import { installFigure } from './installFigure.ts';
import type { InstancesBench } from './instancesBench.ts';
import { secondFigure, startFigure } from './lifeFigures.ts';
import { memoryFigure } from './memoryFigure.ts';
import { removalFigure } from './removalFigure.ts';

/** In an order in which each leaves the next what it needs: the first builds an image, the last removes it. */
export function instancesFigures(bench: InstancesBench): readonly Figure[] {
  return [
    installFigure(bench),
    secondFigure(bench),
    startFigure(bench),
    memoryFigure(bench),
    backupFigure(bench),
    eightFigure(bench),
    removalFigure(bench),
  ];
}
