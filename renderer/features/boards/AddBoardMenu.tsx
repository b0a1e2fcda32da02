import '../../ui/widgets.css';
import { Menu } from '@mantine/core';
import { Cable, CircuitBoard, Cpu, Unplug } from 'lucide-react';
import { useStore } from 'zustand';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import classes from './AddBoardMenu.module.css';
import { AddButton } from './AddButton.tsx';
import { addPlace, addVirtualAndSelect } from './addVirtual.ts';

/** Two clicks to a running board: the menu, and the kind. A real one asks for its ports first. */
export function AddBoardMenu() {
  const lab = useLab();
  const connected = useConnectionPhase() === 'connected';
  const pending = useStore(lab.actions.store, (state) => addPlace in state.pending);
  const qemu = useBench((state) => state.about?.virtual.qemu);
  const addVirtual = (kind: 'sim' | 'qemu') => {
    void lab.actions.run(addPlace, kind, () => addVirtualAndSelect(lab, kind));
  };
  const noQemu = qemu?.available === false ? qemu : null;
  return (
    <Menu
      position="bottom-start"
      width={300}
      shadow="md"
      transitionProps={{ duration: 80 }}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <AddButton ready={connected && !pending} />
      </Menu.Target>
      <Menu.Dropdown aria-label="Add a board">
        <Menu.Item
          leftSection={<CircuitBoard size={17} aria-hidden />}
          onClick={() => addVirtual('sim')}
          data-testid="add-virtual-sim"
        >
          Virtual board (sim)
          <span className={classes.about}>Boots at once, needs nothing</span>
        </Menu.Item>
        <Menu.Item
          leftSection={<Cpu size={17} aria-hidden />}
          onClick={() => addVirtual('qemu')}
          disabled={noQemu !== null}
          data-testid="add-virtual-qemu"
        >
          Virtual U-Boot (QEMU)
          <span className={classes.about}>
            {noQemu === null ? 'A real U-Boot in an emulator' : `${noQemu.reason} ${noQemu.hint}`}
          </span>
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<Unplug size={17} aria-hidden />}
          onClick={() => lab.view.show({ kind: 'teach' })}
          data-testid="add-by-teaching"
        >
          Teach by pulling a cable…
          <span className={classes.about}>Unplug it, plug it back in: Labdeck learns which it is</span>
        </Menu.Item>
        <Menu.Item
          leftSection={<Cable size={17} aria-hidden />}
          onClick={() => lab.view.show({ kind: 'add-board', portId: null })}
          data-testid="add-from-port"
        >
          From a serial port…
          <span className={classes.about}>A board on your bench</span>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
