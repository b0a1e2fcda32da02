import type { SafeStorage } from 'electron';

/** The session's own store of passwords, as far as it protects anything. */
export interface Keyring {
  isProtecting(): Promise<boolean>;
  /** Rejects where it is locked or does not work. */
  wrap(text: string): Promise<Buffer>;
  /** null: it was not wrapped by this keyring, or cannot be unwrapped now. */
  unwrap(wrapped: Buffer): Promise<string | null>;
}

/**
 * Electron's. Its blocking calls leave Electron with version 46 and the others came late: the ones that do not
 * block are used where they are. Call it once the app is ready.
 */
export function electronKeyring(
  safeStorage: SafeStorage,
  platform: NodeJS.Platform = process.platform,
): Keyring {
  const canWait = typeof safeStorage.isAsyncEncryptionAvailable === 'function';
  return {
    async isProtecting() {
      // `basic_text` encrypts with a password that is in Chromium's sources.
      if (platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend()))
        return false;
      return canWait ? safeStorage.isAsyncEncryptionAvailable() : safeStorage.isEncryptionAvailable();
    },
    async wrap(text) {
      return canWait ? safeStorage.encryptStringAsync(text) : safeStorage.encryptString(text);
    },
    async unwrap(wrapped) {
      try {
        return canWait
          ? (await safeStorage.decryptStringAsync(wrapped)).result
          : safeStorage.decryptString(wrapped);
      } catch {
        return null;
      }
    },
  };
}
