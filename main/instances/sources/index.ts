export { Git, type GitToken } from './git.ts';
export { listRemote, type RemoteRefs } from './gitRefs.ts';
export { runProgram } from './program.ts';
export { findProgram } from './programPath.ts';
export {
  type FetchedTree,
  type FoundTree,
  type ReadRun,
  SourceReader,
  type TreeSource,
} from './sourceReader.ts';
