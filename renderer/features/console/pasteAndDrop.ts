/**
 * Takes pastes and dropped files from a terminal before xterm sees them: a paste goes at the pace its board
 * bears, and a file is sent with a transfer protocol. Listeners live and die with the element.
 */
export function takePasteAndDrop(
  element: HTMLElement,
  on: { paste(text: string): void; dropFile(file: File): void },
): void {
  element.addEventListener(
    'paste',
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text !== '') on.paste(text);
    },
    { capture: true },
  );
  element.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  element.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    event.preventDefault();
    on.dropFile(file);
  });
}
