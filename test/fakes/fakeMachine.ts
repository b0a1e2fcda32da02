import { LabError } from '../../main/contract/labError.ts';
import type { Argv, Machine } from '../../main/doctor/machine.ts';

/** What a program prints; a LabError: how it fails; a promise: when. */
export type Answer = string | LabError | Promise<string>;

export interface FakeMachineState {
  uid: number;
  user: string;
  nowMs: number;
  env: NodeJS.ProcessEnv;
  /** By full path; null: it is there and may not be read. */
  files: Record<string, string | null>;
  /** Files whose change is at another time than the epoch, in ms. */
  changedAtMs: Record<string, number>;
  freeBytes: Record<string, number | null>;
  /** Folders on a disk of their own. */
  disks: Record<string, number>;
  programs: string[];
  processes: string[];
  /** By the command as it is typed; what is not here is not installed. */
  answers: Record<string, Answer | ((argv: Argv) => Answer)>;
}

/** A machine made of a few files and answers, which a test changes as fixes would. */
export class FakeMachine implements Machine {
  readonly state: FakeMachineState;
  /** Every command that ran, as it is typed. */
  readonly ran: string[] = [];

  constructor(given: Partial<FakeMachineState> = {}) {
    this.state = {
      uid: 1000,
      user: 'robin',
      nowMs: Date.UTC(2026, 10, 22),
      env: {},
      files: {},
      changedAtMs: {},
      freeBytes: {},
      disks: {},
      programs: [],
      processes: [],
      answers: {},
      ...given,
    };
  }

  get who() {
    return { uid: this.state.uid, user: this.state.user };
  }

  get env() {
    return this.state.env;
  }

  nowMs(): number {
    return this.state.nowMs;
  }

  async read(file: string): Promise<string | null> {
    const text = this.state.files[file];
    if (text === null) throw Object.assign(new Error(`${file} may not be read`), { code: 'EACCES' });
    return text ?? null;
  }

  async list(folder: string): Promise<string[]> {
    const inside = Object.keys(this.state.files).filter((file) => file.startsWith(`${folder}/`));
    return [...new Set(inside.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''))];
  }

  async exists(file: string): Promise<boolean> {
    if (file === '/' || file in this.state.files || file in this.state.freeBytes) return true;
    return (await this.list(file)).length > 0;
  }

  async facts(file: string) {
    if (!(await this.exists(file))) return null;
    const on = Object.keys(this.state.disks)
      .filter((folder) => file === folder || file.startsWith(`${folder}/`))
      .sort((a, b) => b.length - a.length)[0];
    return { changedAtMs: this.state.changedAtMs[file] ?? 0, device: this.state.disks[on ?? ''] ?? 1 };
  }

  async freeBytes(folder: string): Promise<number | null> {
    return this.state.freeBytes[folder] ?? null;
  }

  async find(program: string): Promise<string | null> {
    return this.state.programs.includes(program) ? `/usr/bin/${program}` : null;
  }

  async processes(): Promise<string[]> {
    return this.state.processes;
  }

  async run(argv: Argv): Promise<string> {
    const typed = argv.join(' ');
    this.ran.push(typed);
    const known = this.state.answers[typed];
    const answer = typeof known === 'function' ? known(argv) : known;
    if (answer === undefined) throw new LabError('MISSING_DEPENDENCY', `${argv[0]} is not installed`);
    if (answer instanceof LabError) throw answer;
    return await answer;
  }
}
