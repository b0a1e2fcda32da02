import type { TextCommand } from './textCommand.ts';

/** As people call the packaged app. */
const program = 'labdeck';

/**
 * Answers on stdout and ends the process with the answer's exit code; the headless host ends it when told to.
 * Await it in the main module: Electron looks for a display, and takes what else makes a desktop app, only once that
 * has loaded. So this works where there is no display, and beside a Labdeck that runs.
 */
export async function answerInText({ name, args }: TextCommand): Promise<never> {
  // Electron's own answer is a dialog, and to go on.
  process.on('uncaughtException', crash);
  // Whoever reads us may stop reading (`| head`).
  process.stdout.on('error', end);
  try {
    if (name === 'doctor') {
      const { runDoctor } = await import('../hosts/doctorCommand.ts');
      await runDoctor(args, program);
    } else {
      const { runHeadless } = await import('../hosts/headless.ts');
      if (await runHeadless(args, program)) await new Promise<never>(() => {});
    }
  } catch (error) {
    crash(error);
  }
  // A pipe takes more than it holds only as fast as somebody reads.
  await written(process.stdout);
  await written(process.stderr);
  end();
}

function end(): never {
  // Said outright: older Electrons do not look at it themselves.
  process.exit(Number(process.exitCode ?? 0));
}

function crash(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

/** Resolves once everything written so far has been handed over. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
