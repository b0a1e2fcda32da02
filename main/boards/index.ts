export { type Binding, type BoardsChange, BoardsService } from './boardsService.ts';
