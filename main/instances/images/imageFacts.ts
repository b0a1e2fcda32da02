import { z } from 'zod';

/** What an image says it has: `image.json` of the recipe, and the version of its LAVA package. */
export const imageFacts = z.object({
  /** LAVA's own, such as `2026.09`. */
  lavaVersion: z.string().nullable(),
  /** Of an overlaid source tree. */
  sourceVersion: z.string().nullable().default(null),
  /** Debian's, such as `2026.09-1`. */
  packageVersion: z.string().nullable().default(null),
});
export type ImageFacts = z.infer<typeof imageFacts>;

const imageMark = 'labdeck-image ';
const packageMark = 'labdeck-package ';

/** A line for the end of a Containerfile; what it prints, `factsReader` reads. It changes nothing in the image. */
export const factsStep = [
  'RUN',
  `printf '${imageMark}%s\\n' "$(tr -d '\\n' < /usr/lib/labdeck/image.json)";`,
  `printf '${packageMark}%s\\n' "$(dpkg-query -W -f '\${Version}' lava-server 2>/dev/null)"`,
].join(' ');

/** Takes the lines of a build; has the facts once the step above has run, else null. */
export function factsReader(): { read(line: string): void; facts(): ImageFacts | null } {
  let image: unknown = null;
  let packageVersion: string | null = null;
  return {
    read(whole) {
      // Docker numbers and times each line; the echo of the step itself begins with something else.
      const line = whole.replace(/^#\d+ \d+\.\d+ /, '');
      if (line.startsWith(imageMark)) image = parseJson(line.slice(imageMark.length));
      else if (line.startsWith(packageMark)) packageVersion = line.slice(packageMark.length).trim() || null;
    },
    facts() {
      const read = imageFacts.safeParse(image);
      return read.success ? { ...read.data, packageVersion } : null;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
