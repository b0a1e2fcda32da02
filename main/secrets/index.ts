export { FileSecretStore } from './fileSecretStore.ts';
export type { SecretStore } from './secretStore.ts';
