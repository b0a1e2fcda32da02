/** What is asked for in a terminal and answered in text. */
export interface TextCommand {
  readonly name: 'doctor' | 'headless';
  /** Our own arguments, the name among them. */
  readonly args: readonly string[];
}

/** Chromium's own, as launchers and wrappers add them; their values stand behind `=`. None of ours begins so. */
const chromiumSwitch =
  /^--(no-sandbox|(disable|enable|force|inspect|ozone|password-store|use)(-[^=]*)?)(=.*)?$/;

/**
 * The command in an argv that also holds Electron's and Chromium's; null: a window is wanted. `inCheckout`: an argv
 * that names the application after Electron's executable. The doctor comes first: `--headless` changes nothing of it.
 */
export function textCommand(argv: readonly string[], inCheckout: boolean): TextCommand | null {
  const own = argv.slice(1).filter((argument) => !chromiumSwitch.test(argument));
  const args = inCheckout ? own.slice(1) : own;
  if (args.includes('--doctor')) return { name: 'doctor', args };
  if (args.includes('--headless')) return { name: 'headless', args };
  return null;
}
