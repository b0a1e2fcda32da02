/**
 * The one place for passwords and tokens. Names are paths: `instance/<key>/admin`, `watch/<id>/token`. Values are
 * never logged and never part of an error.
 */
export interface SecretStore {
  /**
   * null: there is none of that name. Rejects with LabError FORBIDDEN when it is encrypted with a key that is not
   * here, DAMAGED when it was changed by somebody else.
   */
  get(name: string): Promise<string | null>;
  /** Resolves once it is on the disk. Rejects with LabError (DISK_FULL ...), and then the old value stands. */
  set(name: string, value: string): Promise<void>;
  /** Harmless when there is none; needs no key. */
  remove(name: string): Promise<void>;
  /** Removes all whose names begin with `prefix`, such as `instance/<key>/`. */
  removeAll(prefix: string): Promise<void>;
}
