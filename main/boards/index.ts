export { type Binding, type BoardsChange, BoardsService } from './boardsService.ts';
export type { Claim } from './claims.ts';
