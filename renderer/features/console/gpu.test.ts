import { expect, test } from 'vitest';
import { isSoftwareRenderer } from './gpu.ts';

test('software WebGL is told from a real one by its name', () => {
  expect(
    isSoftwareRenderer('ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)'),
  ).toBe(true);
  expect(isSoftwareRenderer('Mesa/X.org, llvmpipe (LLVM 15.0.6, 256 bits)')).toBe(true);
  expect(isSoftwareRenderer('ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)')).toBe(
    false,
  );
});
