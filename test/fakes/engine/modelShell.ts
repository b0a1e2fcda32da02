import type { EngineModel, ModelContainer } from './engineModel.ts';
import type { ShellHost } from './miniShell.ts';

/** What a shell in a container of the fake's can reach. */
export function shellHost(
  model: EngineModel,
  container: ModelContainer,
  variables: Readonly<Record<string, string>> = {},
): ShellHost {
  return {
    run: (argv, io) => model.process(container, argv, io),
    variables: { HOSTNAME: container.spec.hostname, ...variables },
    writeFile: (file, content) => model.writeFile(container, file, content),
  };
}
