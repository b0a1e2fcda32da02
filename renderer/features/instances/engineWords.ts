import type { EngineInfo } from '../../../main/contract/index.ts';

/**
 * A hint of the core cut into what it says and the command that does it, which stands last: `Install it: sudo apt
 * install podman`. null: it names none.
 */
export function hintParts(hint: string): { readonly text: string; readonly command: string | null } {
  const at = hint.search(/: sudo \S/);
  if (at < 0) return { text: hint, command: null };
  return { text: `${hint.slice(0, at)}:`, command: hint.slice(at + 2).replace(/\.$/, '') };
}

/** `podman 4.3.1, as root, runc`. */
export function engineTitle(engine: EngineInfo): string {
  const rights = engine.rootless ? 'without root' : 'as root';
  return [`${engine.kind} ${engine.version}`, rights, engine.runtime]
    .filter((part) => part !== null)
    .join(', ');
}
