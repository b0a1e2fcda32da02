import { type FileHandle, open } from 'node:fs/promises';
import { skipBytes } from './backlog.ts';
import { encodeRecord, type IndexRecord, type RecordKind } from './indexCodec.ts';
import { mendIndex } from './mendIndex.ts';
import { type Segment, segmentPaths } from './segmentFiles.ts';

/** The segment that is being written. */
export class SegmentWriter {
  readonly path: string;
  readonly indexPath: string;
  readonly fromOffset: number;
  readonly kinds: Set<RecordKind>;
  /** What had to be mended at opening, for people; null when all was well. */
  readonly repaired: string | null;
  readonly #raw: FileHandle;
  readonly #index: FileHandle;
  #bytes: number;
  #indexBytes: number;
  #lastByteAtMs: number;

  private constructor(segment: Segment, raw: FileHandle, index: Awaited<ReturnType<typeof mendIndex>>) {
    this.path = segment.path;
    this.indexPath = segment.indexPath;
    this.fromOffset = segment.fromOffset;
    this.kinds = index.kinds;
    this.repaired = index.repaired;
    this.#raw = raw;
    this.#index = index.file;
    this.#bytes = segment.bytes;
    this.#indexBytes = index.bytes;
    this.#lastByteAtMs = segment.lastByteAtMs;
  }

  /**
   * Opens the segment that begins at `fromOffset`, or begins it: the raw file first, because an index without
   * bytes would be lost. The raw bytes are the truth and are never cut. Rejects with the disk's error.
   */
  static async open(folder: string, fromOffset: number, nowMs: number): Promise<SegmentWriter> {
    const paths = segmentPaths(folder, fromOffset);
    const raw = await open(paths.path, 'a', 0o600);
    try {
      const { size, mtimeMs } = await raw.stat();
      const segment = { ...paths, fromOffset, bytes: size, indexBytes: 0, lastByteAtMs: mtimeMs };
      return new SegmentWriter(segment, raw, await mendIndex(segment, nowMs));
    } catch (error) {
      await raw.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  get indexBytes(): number {
    return this.#indexBytes;
  }

  get lastByteAtMs(): number {
    return this.#lastByteAtMs;
  }

  get endOffset(): number {
    return this.fromOffset + this.#bytes;
  }

  /** Answers what the disk did not take, and why; nothing is left when it took all. */
  async writeBytes(
    chunks: readonly Uint8Array[],
    nowMs: number,
  ): Promise<{ rest: Uint8Array[]; error: unknown }> {
    let rest: Uint8Array[] = [...chunks];
    try {
      while (rest.length > 0) {
        // More than IOV_MAX (1024) buffers in one call would be refused.
        const { bytesWritten } = await this.#raw.writev(rest.slice(0, 1000));
        this.#bytes += bytesWritten;
        this.#lastByteAtMs = nowMs;
        rest = skipBytes(rest, bytesWritten);
      }
      return { rest, error: null };
    } catch (error) {
      return { rest, error };
    }
  }

  /** All of them or, where it rejects, none: a half-written batch is overwritten by the next. */
  async writeRecords(records: readonly IndexRecord[]): Promise<void> {
    const bytes = Buffer.concat(records.map(encodeRecord));
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#index.write(bytes, done, null, this.#indexBytes + done);
      done += bytesWritten;
    }
    this.#indexBytes += bytes.length;
    for (const { kind } of records) this.kinds.add(kind);
  }

  async sync(): Promise<void> {
    await Promise.all([this.#raw.datasync(), this.#index.datasync()]);
  }

  /** Syncs what it can and closes both files; never rejects. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#raw.datasync(), this.#index.datasync()]);
    await Promise.allSettled([this.#raw.close(), this.#index.close()]);
  }
}
