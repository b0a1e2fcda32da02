import '../../ui/widgets.css';
import { Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import { useStore } from 'zustand';
import { useBench, useLab } from '../../app/labContext.tsx';
import { formatBytes } from '../../lib/format/format.ts';
import { MenuButton } from './MenuButton.tsx';
import classes from './Menus.module.css';
import { type ExportWish, exportPlace, exportThisBoot, saveExport } from './saveExport.ts';

type Kind = Pick<ExportWish, 'format' | 'times'>;

const kinds: readonly { readonly kind: Kind; readonly label: string; readonly about: string }[] = [
  { kind: { format: 'raw' }, label: 'Raw bytes', about: 'Exactly as printed' },
  { kind: { format: 'text', times: 'none' }, label: 'Text', about: 'Without escape sequences' },
  { kind: { format: 'text', times: 'host' }, label: 'Text with the clock', about: 'Before each line' },
  { kind: { format: 'text', times: 'power-on' }, label: 'Text since power-on', about: 'Before each line' },
  { kind: { format: 'text', times: 'delta' }, label: 'Text with delays', about: 'Since the line before' },
  { kind: { format: 'asciicast' }, label: 'Asciicast', about: 'To play again with asciinema' },
];

/** Keeps a copy of what was printed: all of it, or the boot under way. From a mark on: beside the mark. */
export function ExportMenu({ consoleId }: { consoleId: string }) {
  const { actions } = useLab();
  const place = exportPlace(consoleId);
  const busy = useStore(actions.store, (state) => place in state.pending);
  const size = useBench((state) => {
    const recording = state.consoles[consoleId]?.recording;
    return recording === undefined ? '' : formatBytes(recording.endOffset - recording.startOffset);
  });
  return (
    <Menu
      position="bottom-end"
      width={280}
      shadow="md"
      transitionProps={{ duration: 80 }}
      middlewares={{ flip: true, shift: true, size: true }}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <MenuButton label={busy ? 'Exporting…' : 'Export'} testId="export-menu">
          <Download size={16} strokeWidth={1.8} aria-hidden />
        </MenuButton>
      </Menu.Target>
      <Menu.Dropdown aria-label="Export" className={classes.dropdown ?? ''}>
        <Kinds title={`Everything, ${size}`} consoleId={consoleId} whole />
        <Menu.Divider />
        <Kinds title="This boot" consoleId={consoleId} whole={false} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Kinds({ title, consoleId, whole }: { title: string; consoleId: string; whole: boolean }) {
  const lab = useLab();
  // The boot under way is mostly wanted with its times or to be played: the other kinds stand above.
  const offered = whole ? kinds : kinds.filter(({ kind }) => kind.times !== 'delta' && kind.times !== 'none');
  return (
    <>
      <Menu.Label>{title}</Menu.Label>
      {offered.map(({ kind, label, about }) => (
        <Menu.Item
          key={label}
          onClick={() =>
            void (whole
              ? saveExport(lab, { ...kind, consoleId })
              : exportThisBoot(lab, { ...kind, consoleId }))
          }
        >
          {label}
          <span className={classes.about}>{about}</span>
        </Menu.Item>
      ))}
    </>
  );
}
