import { expect, test } from 'vitest';
import { toImageList } from './imageList.ts';
import type { ListedImage } from './images/index.ts';
import type { InstanceRecord } from './instanceRecord.ts';

const image = (imageId: string, parent: string | null) =>
  ({
    imageId,
    is: { title: imageId, role: parent === null ? 'base' : 'instance', parent },
    version: null,
    ownBytes: 1,
    createdAtMs: 0,
  }) as unknown as ListedImage;
const record = (name: string, imageId: string | null) =>
  ({ name, image: imageId === null ? null : { imageId } }) as unknown as InstanceRecord;

test('an image is used by what runs it and by what stands on it, and by nothing else', () => {
  const images = [
    image('base', null),
    image('package', 'base'),
    image('branch', 'package'),
    image('old', 'gone'),
  ];
  const records = [record('home', 'package'), record('mine', 'branch'), record('new', null)];
  expect(toImageList(images, records).map(({ imageId, usedBy }) => [imageId, usedBy])).toEqual([
    ['base', ['home', 'mine']],
    ['package', ['home', 'mine']],
    ['branch', ['mine']],
    ['old', []],
  ]);
});
