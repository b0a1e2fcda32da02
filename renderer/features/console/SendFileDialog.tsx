import '../../ui/widgets.css';
import { Button, Modal, SegmentedControl } from '@mantine/core';
import { type DragEvent, useId, useRef, useState } from 'react';
import type { FileProtocol } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { formatBytes } from '../../lib/format/format.ts';
import classes from './ConsoleForm.module.css';
import { consoleTitle } from './consoleTitle.ts';

const hints: Readonly<Record<FileProtocol, string>> = {
  zmodem: 'For a Linux shell: run rz on the board first. It knows name and size, and checks every block.',
  ymodem: 'For U-Boot: run loady on the board first. It knows name and size.',
  xmodem: 'For boot ROMs and small loaders: it knows neither name nor size, and fills up the last block.',
};

/** Which file, and with which protocol; how it goes is shown under the terminal. */
export function SendFileDialog({ consoleId, file: given }: { consoleId: string; file: File | null }) {
  const { view, files } = useLab();
  const boards = useBench((state) => state.boards);
  const [file, setFile] = useState(given);
  const [protocol, setProtocol] = useState<FileProtocol>('zmodem');
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const protocolId = useId();
  const send = () => {
    if (file === null) return;
    view.show(null);
    void files.send(consoleId, file, protocol);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    setFile(event.dataTransfer.files[0] ?? file);
  };
  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={`Send a file to ${consoleTitle(consoleId, boards)}`}
      size={480}
      data-testid="send-file-dialog"
    >
      <div className={classes.form}>
        <section
          className={classes.drop}
          aria-label="File"
          data-over={over}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <span data-testid="file-chosen">
            {file === null ? 'Drop a file here, or' : `${file.name}, ${formatBytes(file.size)}`}
          </span>
          <input
            ref={chooser}
            type="file"
            hidden
            aria-label="File to send"
            onChange={(event) => setFile(event.currentTarget.files?.[0] ?? file)}
          />
          <Button variant="default" onClick={() => chooser.current?.click()} data-autofocus={file === null}>
            {file === null ? 'Choose a file…' : 'Choose another…'}
          </Button>
        </section>
        <div>
          <span id={protocolId}>Protocol</span>
          <SegmentedControl
            fullWidth
            aria-labelledby={protocolId}
            value={protocol}
            onChange={(value) => setProtocol(value as FileProtocol)}
            data={[
              { value: 'zmodem', label: 'ZMODEM' },
              { value: 'ymodem', label: 'YMODEM' },
              { value: 'xmodem', label: 'XMODEM' },
            ]}
          />
        </div>
        <p className={classes.hint}>{hints[protocol]}</p>
        <div className={classes.foot}>
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button onClick={send} disabled={file === null} data-testid="send-file-confirm">
            Send
          </Button>
        </div>
      </div>
    </Modal>
  );
}
