import { expect, test } from 'vitest';
import { maxUploadPieceBytes } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { FileSender, uploadPieceBytes } from './fileSender.ts';

/** Keeps what is uploaded, and what it was told to send. Refuses pieces that come before the last was taken. */
class FakeCore {
  received = new Uint8Array(0);
  sent: { consoleId: string; protocol: string; uploadId: string }[] = [];
  onAppend: () => void = () => {};
  #busy = false;
  readonly client = {
    uploads: {
      begin: async () => ({ uploadId: 'u1' }),
      append: async ({ offset, base64 }: { offset: number; base64: string }) => {
        if (this.#busy || offset !== this.received.length) throw new Error('out of order');
        this.#busy = true;
        await Promise.resolve();
        this.#busy = false;
        const piece = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const all = new Uint8Array(offset + piece.length);
        all.set(this.received);
        all.set(piece, offset);
        this.received = all;
        this.onAppend();
        return { receivedBytes: this.received.length };
      },
    },
    typing: {
      sendFile: async (input: { consoleId: string; protocol: string; uploadId: string }) => {
        this.sent.push(input);
        return { taskId: 't1' };
      },
    },
  } as unknown as LabClient;
}

const content = Uint8Array.from({ length: uploadPieceBytes + 1000 }, (_, index) => index % 251);
const file = new File([content], 'zImage');

test('pieces are as large as the core takes them', () => {
  expect(uploadPieceBytes).toBe(maxUploadPieceBytes);
});

test('a file arrives whole and in order, and then is sent', async () => {
  const core = new FakeCore();
  const sender = new FileSender(() => core.client);
  await sender.send('beagle.main', file, 'ymodem');
  expect(core.received).toHaveLength(content.length);
  expect(core.received.every((byte, index) => byte === content[index])).toBe(true);
  expect(core.sent).toEqual([{ consoleId: 'beagle.main', protocol: 'ymodem', uploadId: 'u1' }]);
  expect(sender.store.getState().uploads).toEqual({});
});

test('a cancelled upload sends nothing to the board and leaves no trace', async () => {
  const core = new FakeCore();
  const sender = new FileSender(() => core.client);
  core.onAppend = () => sender.cancel('beagle.main');
  await sender.send('beagle.main', file, 'zmodem');
  expect(core.received).toHaveLength(uploadPieceBytes);
  expect(core.sent).toEqual([]);
  expect(sender.store.getState().uploads).toEqual({});
});

test('a refusal stays until it is dismissed, and another file may be tried', async () => {
  const core = new FakeCore();
  const sender = new FileSender(() => core.client);
  core.onAppend = () => {
    throw new Error('link lost');
  };
  await sender.send('beagle.main', file, 'zmodem');
  expect(sender.store.getState().uploads['beagle.main']?.problem).not.toBeNull();
  core.onAppend = () => {};
  core.received = new Uint8Array(0);
  await sender.send('beagle.main', file, 'zmodem');
  expect(core.sent).toHaveLength(1);
});
