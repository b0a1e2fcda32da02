interface Line {
  readonly isWrapped: boolean;
  translateToString(trimRight: boolean): string;
}

interface Buffer {
  readonly length: number;
  getLine(index: number): Line | undefined;
}

/** A terminal's text, scrollback and all: wrapped rows joined to the lines they were printed as. */
export function bufferText(buffer: Buffer): string {
  const lines: string[] = [];
  for (let index = 0; index < buffer.length; index += 1) {
    const line = buffer.getLine(index);
    if (line === undefined) continue;
    const continues = buffer.getLine(index + 1)?.isWrapped === true;
    const text = line.translateToString(!continues);
    if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines.join('\n').trimEnd();
}
