export { NoticesService } from './noticesService.ts';
