// Prints the Electron that tests and benches use, as one line of JSON: {"path":...,"version":...,"origin":...}.
import { reportAndExit } from './base/reportAndExit.mjs';
import { findElectron } from './setup/electron.mjs';

try {
  process.stdout.write(`${JSON.stringify(await findElectron())}\n`);
} catch (error) {
  reportAndExit(error);
}
