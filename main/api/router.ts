import type { Services } from './context.ts';
import { lab } from './implementer.ts';
import { benchRoutes } from './routes/benchRoutes.ts';
import { consoleRoutes } from './routes/consoleRoutes.ts';
import { doctorRoutes } from './routes/doctorRoutes.ts';
import { energyRoutes } from './routes/energyRoutes.ts';
import { exportRoutes } from './routes/exportRoutes.ts';
import { hostRoutes } from './routes/hostRoutes.ts';
import { instanceRoutes } from './routes/instanceRoutes.ts';
import { powerRoutes } from './routes/powerRoutes.ts';
import { teachRoutes } from './routes/teachRoutes.ts';
import { typingRoutes } from './routes/typingRoutes.ts';
import { usbRoutes } from './routes/usbRoutes.ts';

/** Contract to services: no rule of a domain lives here. */
export function createRouter(services: Services) {
  return lab.router({
    ...benchRoutes(services),
    ...usbRoutes(services),
    ...teachRoutes(services),
    ...powerRoutes(services),
    ...energyRoutes(services),
    ...consoleRoutes(services),
    ...exportRoutes(services),
    ...typingRoutes(services),
    ...hostRoutes(services),
    ...instanceRoutes(services),
    ...doctorRoutes(services),
  });
}

export type LabRouter = ReturnType<typeof createRouter>;
