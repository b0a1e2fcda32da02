export { SettingsService } from './settingsService.ts';
