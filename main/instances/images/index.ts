export {
  type BuiltImage,
  type ImageEstimate,
  ImageService,
  type ImageServiceOptions,
  type ListedImage,
} from './imageService.ts';
export type { BuildListener } from './sharedWork.ts';
