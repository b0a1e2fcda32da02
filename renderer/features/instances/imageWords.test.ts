import { expect, test } from 'vitest';
import type { InstanceImage } from '../../../main/contract/index.ts';
import { unusedImages } from './imageWords.ts';

const image = (imageId: string, role: InstanceImage['role'], usedBy: string[]): InstanceImage => ({
  imageId,
  title: imageId,
  version: null,
  sizeBytes: 1,
  createdAtMs: 0,
  role,
  usedBy,
});
const ids = (images: readonly InstanceImage[]) => unusedImages(images).map(({ imageId }) => imageId);

test('what an instance is built on is not called unused', () => {
  expect(
    ids([image('base', 'base', []), image('a', 'instance', ['home']), image('b', 'instance', [])]),
  ).toEqual(['b']);
});

test('without any instance everything is unused', () => {
  expect(ids([image('base', 'base', []), image('a', 'instance', [])])).toEqual(['base', 'a']);
});
