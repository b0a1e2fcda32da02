export { type TeachDeps, TeachService } from './teachService.ts';
