import { Menu } from '@mantine/core';
import { Check, ChevronDown } from 'lucide-react';
import { useStore } from 'zustand';
import type { WallLayout } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { sameLayout, withLayout } from './arrangement.ts';
import classes from './WallBar.module.css';

const none: readonly WallLayout[] = [];

/** Saved arrangements: shown, saved, renamed and forgotten. They are the same in every window. */
export function LayoutMenu() {
  const { wall, settings, view } = useLab();
  const layout = useStore(wall.store, (state) => state.layout);
  const walls = useBench((state) => state.settings?.walls) ?? none;
  const saved = walls.find((each) => each.name === layout.name);
  const changed = saved !== undefined && !sameLayout(saved, layout);
  return (
    <Menu
      position="bottom-start"
      width={260}
      shadow="md"
      transitionProps={{ duration: 80 }}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <button type="button" className="button" data-testid="layouts">
          {saved === undefined ? 'Layouts' : saved.name}
          {changed ? <span className={classes.count}>changed</span> : null}
          <ChevronDown size={13} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Layouts" mah={380} style={{ overflowY: 'auto' }}>
        {walls.length === 0 ? <Menu.Label>No layout is saved yet</Menu.Label> : null}
        {walls.map((each) => (
          <Menu.Item
            key={each.name}
            onClick={() => wall.show(each)}
            rightSection={
              each === saved && !changed ? <Check size={14} aria-label="On the wall" /> : undefined
            }
          >
            {each.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {changed ? (
          <Menu.Item onClick={() => settings.change({ walls: withLayout(walls, layout) })}>
            Save changes to {layout.name}
          </Menu.Item>
        ) : null}
        <Menu.Item onClick={() => view.show({ kind: 'save-wall', rename: false })} data-testid="save-layout">
          Save as…
        </Menu.Item>
        {saved === undefined ? null : (
          <>
            <Menu.Item onClick={() => view.show({ kind: 'save-wall', rename: true })}>
              Rename {saved.name}…
            </Menu.Item>
            <Menu.Item
              onClick={() => {
                settings.change({ walls: walls.filter((each) => each !== saved) });
                wall.change({ name: '' });
              }}
            >
              Delete {saved.name}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
