/** Every shortcut, by command: bound, shown in tooltips and listed in the settings from here. */
export const keys = {
  'view.palette': 'Ctrl+Shift+P',
  'app.settings': 'Ctrl+,',
  'view.boards': 'Ctrl+Shift+L',
  'board.next': 'Ctrl+Shift+Down',
  'board.previous': 'Ctrl+Shift+Up',
  'view.inspector': 'Ctrl+Shift+E',
  'power.toggle': 'Ctrl+Shift+O',
  'power.cycle': 'Ctrl+Shift+Y',
  'terminal.focus': 'Ctrl+Shift+Enter',
  'terminal.search': 'Ctrl+Shift+F',
  'terminal.copy': 'Ctrl+Shift+C',
  'view.fontLarger': 'Ctrl+Shift++',
  'view.fontSmaller': 'Ctrl+Shift+-',
} as const;
