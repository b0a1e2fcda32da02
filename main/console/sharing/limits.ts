/** How much one client may cost, and how long it may take. */
export interface SharingLimits {
  readonly clientsPerDoor: number;
  /** Who has yet to give the token; beyond it the one that came first is let go. */
  readonly strangersPerDoor: number;
  readonly strangersPerAddress: number;
  /** Bytes on their way to a client that its kernel has not taken. */
  readonly windowBytes: number;
  /** One that is farther behind what was printed, and takes nothing for `patienceMs`, is let go. */
  readonly maxBehindBytes: number;
  /** One that is so far behind is let go although it reads: it will not catch up. */
  readonly hopelessBytes: number;
  readonly patienceMs: number;
  /** How often that is looked at, in milliseconds. */
  readonly checkEveryMs: number;
  readonly tokenWithinMs: number;
  /** A client that is let go has so long to read the last words. */
  readonly farewellMs: number;
  /** The same, when a whole door closes. */
  readonly closeWithinMs: number;
  /** A client that has sent its last byte still hears answers for so long. */
  readonly lastAnswersMs: number;
}

export const defaultLimits: SharingLimits = {
  clientsPerDoor: 64,
  strangersPerDoor: 8,
  strangersPerAddress: 2,
  // The viewer hands out pieces of 128 KiB while less than this is under way: two of them.
  windowBytes: 128 * 1024 + 1,
  maxBehindBytes: 4 * 1024 * 1024,
  hopelessBytes: 256 * 1024 * 1024,
  patienceMs: 2_000,
  checkEveryMs: 500,
  tokenWithinMs: 10_000,
  farewellMs: 10_000,
  closeWithinMs: 500,
  lastAnswersMs: 1_000,
};
