import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConsoleInfo, FileProtocol } from '../../../main/contract/index.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { toBase64 } from './inputQueue.ts';

/** As many bytes as the core takes at once; `maxUploadPieceBytes` of the contract. */
export const uploadPieceBytes = 512 * 1024;

/** A file on its way from this window to the core; what the core does with it then is a task. */
export interface Upload {
  readonly name: string;
  readonly sentBytes: number;
  readonly sizeBytes: number;
  /** Why it ended early. */
  readonly problem: LabProblem | null;
}

export interface FileSenderState {
  /** By console. */
  readonly uploads: Readonly<Record<string, Upload>>;
}

/** What is needed of a file: `File` has it. */
export interface ReadableFile {
  readonly name: string;
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Hands files to the core piece by piece, and has it send them to a console. */
export class FileSender {
  readonly store: StoreApi<FileSenderState> = createStore(() => ({ uploads: {} }));
  readonly #client: () => LabClient;
  readonly #cancels = new Map<string, AbortController>();

  constructor(client: () => LabClient) {
    this.#client = client;
  }

  /** One file per console at a time: a second one is not started. Never rejects: the store tells. */
  async send(consoleId: string, file: ReadableFile, protocol: FileProtocol): Promise<void> {
    if (this.#cancels.has(consoleId)) return;
    const cancel = new AbortController();
    this.#cancels.set(consoleId, cancel);
    const upload: Upload = { name: file.name, sentBytes: 0, sizeBytes: file.size, problem: null };
    this.#set(consoleId, upload);
    try {
      const uploadId = await this.#upload(consoleId, upload, file, cancel.signal);
      if (!cancel.signal.aborted) {
        type Id = ConsoleInfo['consoleId'];
        await this.#client().typing.sendFile({ consoleId: consoleId as Id, protocol, uploadId });
      }
      this.dismiss(consoleId);
    } catch (error) {
      this.#set(consoleId, { ...upload, problem: toProblem(error) });
    } finally {
      this.#cancels.delete(consoleId);
    }
  }

  cancel(consoleId: string): void {
    this.#cancels.get(consoleId)?.abort();
  }

  dismiss(consoleId: string): void {
    this.store.setState(({ uploads }) => {
      const { [consoleId]: _, ...others } = uploads;
      return { uploads: others };
    });
  }

  /** In order, the next piece only once the last was taken: a slow disk slows the file down, nothing else. */
  async #upload(consoleId: string, upload: Upload, file: ReadableFile, signal: AbortSignal): Promise<string> {
    const { uploadId } = await this.#client().uploads.begin({ name: file.name, sizeBytes: file.size });
    for (let offset = 0; offset < file.size && !signal.aborted; ) {
      const piece = await file.slice(offset, offset + uploadPieceBytes).arrayBuffer();
      const base64 = toBase64(new Uint8Array(piece));
      await this.#client().uploads.append({ uploadId, offset, base64 });
      offset += piece.byteLength;
      this.#set(consoleId, { ...upload, sentBytes: offset });
    }
    return uploadId;
  }

  #set(consoleId: string, upload: Upload): void {
    this.store.setState(({ uploads }) => ({ uploads: { ...uploads, [consoleId]: upload } }));
  }
}
