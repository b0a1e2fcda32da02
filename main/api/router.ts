import type { Services } from './context.ts';
import { lab } from './implementer.ts';
import { benchRoutes } from './routes/benchRoutes.ts';
import { consoleRoutes } from './routes/consoleRoutes.ts';
import { exportRoutes } from './routes/exportRoutes.ts';
import { hostRoutes } from './routes/hostRoutes.ts';
import { instanceRoutes } from './routes/instanceRoutes.ts';
import { typingRoutes } from './routes/typingRoutes.ts';

/** Contract to services: no rule of a domain lives here. */
export function createRouter(services: Services) {
  return lab.router({
    ...benchRoutes(services),
    ...consoleRoutes(services),
    ...exportRoutes(services),
    ...typingRoutes(services),
    ...hostRoutes(services),
    ...instanceRoutes(services),
  });
}

export type LabRouter = ReturnType<typeof createRouter>;
