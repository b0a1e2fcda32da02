/** Every shortcut, by command: bound, shown in tooltips and listed in the settings from here. */
export const keys = {
  'view.palette': 'Ctrl+Shift+P',
  'app.settings': 'Ctrl+,',
  'view.boards': 'Ctrl+Shift+L',
  'view.instances': 'Ctrl+Shift+S',
  'board.next': 'Ctrl+Shift+Down',
  'board.previous': 'Ctrl+Shift+Up',
  'view.inspector': 'Ctrl+Shift+E',
  'power.toggle': 'Ctrl+Shift+O',
  'power.cycle': 'Ctrl+Shift+Y',
  'terminal.focus': 'Ctrl+Shift+Enter',
  'terminal.search': 'Ctrl+Shift+F',
  'terminal.copy': 'Ctrl+Shift+C',
  'history.toggle': 'Ctrl+Shift+H',
  'history.search': 'Ctrl+Shift+G',
  'history.compare': 'Ctrl+Shift+D',
  'history.mark': 'Ctrl+Shift+M',
  'history.hex': 'Ctrl+Shift+X',
  'wall.typeToMany': 'Ctrl+Shift+K',
  'wall.moveLeft': 'Ctrl+Shift+Left',
  'wall.moveRight': 'Ctrl+Shift+Right',
  'view.fontLarger': 'Ctrl+Shift++',
  'view.fontSmaller': 'Ctrl+Shift+-',
} as const;

/** On the wall the keys that go from board to board go from console to console: there is no board in front. */
export const wallKeys = {
  maximise: keys['terminal.focus'],
  next: keys['board.next'],
  previous: keys['board.previous'],
} as const;
