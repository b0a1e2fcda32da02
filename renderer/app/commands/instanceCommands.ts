import { Archive, Copy, ExternalLink, Play, Plus, Server, Square } from 'lucide-react';
import type { Instance } from '../../../main/contract/index.ts';
import { allowed } from '../../features/instances/instanceWords.ts';
import type { Lab } from '../lab.ts';
import type { Command } from './command.ts';
import { keys } from './keys.ts';

const group = 'Instances';

/** LAVA instances: where they are, a new one, and for each what one does most. */
export function instanceCommands(lab: Lab): Command[] {
  const instances = lab.bench.getState().instances ?? [];
  return [
    {
      id: 'view.instances',
      title: 'Instances',
      group: 'Go to',
      icon: Server,
      keywords: 'lava labs servers',
      shortcut: keys['view.instances'],
      first: true,
      run: () => lab.view.go({ page: 'instances', name: null }),
    },
    {
      id: 'instance.new',
      title: 'New instance…',
      group: 'Add',
      icon: Plus,
      keywords: 'install lava lab server',
      first: true,
      run: () => lab.view.show({ kind: 'new-instance', answers: null }),
    },
    ...instances.flatMap((instance) => commandsOf(lab, instance)),
    ...copyCommand(lab),
  ];
}

function commandsOf(lab: Lab, instance: Instance): Command[] {
  const { key, name } = instance;
  const may = allowed(instance);
  // Where it has come to is shown on its page: what is asked for from elsewhere leads there.
  const act = (action: 'start' | 'stop' | 'backup') => () => {
    lab.view.go({ page: 'instances', name });
    return lab.instances.act(instance, action);
  };
  const common = { group, keywords: 'lava lab' };
  return [
    {
      ...common,
      id: `instance.show:${key}`,
      title: `Go to ${name}`,
      icon: Server,
      run: () => lab.view.go({ page: 'instances', name }),
    },
    {
      ...common,
      id: `instance.open:${key}`,
      title: `Open ${name}`,
      icon: ExternalLink,
      blocked: may.open ? undefined : 'it does not run',
      run: () => lab.instances.open(instance),
    },
    {
      ...common,
      id: `instance.start:${key}`,
      title: `Start ${name}`,
      icon: Play,
      blocked: may.start ? undefined : 'it does not stand still',
      run: act('start'),
    },
    {
      ...common,
      id: `instance.stop:${key}`,
      title: `Stop ${name}`,
      icon: Square,
      blocked: may.stop ? undefined : 'it does not run',
      run: act('stop'),
    },
    {
      ...common,
      id: `instance.backup:${key}`,
      title: `Back up ${name}`,
      icon: Archive,
      blocked: may.backup ? undefined : 'it does not run',
      run: act('backup'),
    },
  ];
}

/** In a shell, as in a console's terminal. */
function copyCommand(lab: Lab): Command[] {
  const shell = lab.shells.shown;
  if (shell === null) return [];
  return [
    {
      id: 'terminal.copy',
      title: 'Copy selection',
      group: 'Terminal',
      icon: Copy,
      shortcut: keys['terminal.copy'],
      run: () => shell.copySelection(),
    },
  ];
}
