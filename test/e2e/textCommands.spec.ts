import { Desktop } from './fixtures/desktop.ts';
import { textCommandSuite } from './fixtures/textCommandSuite.ts';
import { checkoutProgram } from './fixtures/textProcess.ts';

textCommandSuite('in Electron', { program: checkoutProgram, launch: (dataDir) => Desktop.launch(dataDir) });
