import { createRoot } from 'react-dom/client';
import './ui/styles.css';
import { App } from './app/App.tsx';
import { bindCommands } from './app/commands/registry.ts';
import { createLab } from './app/lab.ts';
import { readTerminalForTests } from './app/testHooks.ts';
import { adoptTokenFromFragment, tokenInFragment } from './lib/lab/session.ts';

// Before the route is read from the address: a token there is no route, and must not stay there.
const admitted = window.labdeckShell === undefined ? adoptTokenFromFragment() : Promise.resolve();
const lab = createLab();
bindCommands(lab);
readTerminalForTests(lab);
void admitted.then(() => lab.connection.run());

// An address with a new token, pasted into a window that is open already, only changes the fragment.
window.addEventListener('hashchange', () => {
  if (tokenInFragment(window.location.hash) === null) return;
  void adoptTokenFromFragment().then(() => lab.connection.retryNow());
});

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App lab={lab} />);
