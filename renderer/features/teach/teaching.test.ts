import { ORPCError } from '@orpc/client';
import { expect, test, vi } from 'vitest';
import type { TeachRole, TeachSession } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { Teaching } from './teaching.ts';
import type { TeachMemory, TeachPlace } from './teachMemory.ts';

/** A core that keeps its sessions and tells each change, as the real one does. */
class FakeCore {
  readonly sessions = new Map<string, TeachSession>();
  readonly calls: string[] = [];
  #listeners = new Set<() => void>();
  #begun = 0;
  refuses: Error | null = null;

  readonly client = {
    teach: {
      start: async () => {
        this.#begun += 1;
        return this.#set({ ...blank, teachId: `t${this.#begun}` });
      },
      watch: async ({ teachId, role }: { teachId: string; role: TeachRole }) => {
        this.calls.push(`watch ${role}`);
        return this.change(teachId, { step: 'pull', role });
      },
      skip: async ({ teachId }: { teachId: string }) => {
        this.calls.push('skip');
        return this.change(teachId, { step: 'ready', role: null });
      },
      cancel: async ({ teachId }: { teachId: string }) => {
        this.calls.push(`cancel ${teachId}`);
        this.end(teachId);
      },
      finish: async ({ teachId, name }: { teachId: string; name?: string }) => {
        if (this.refuses !== null) throw this.refuses;
        this.end(teachId);
        return { name };
      },
      changes: async ({ teachId }: { teachId: string }, { signal }: { signal: AbortSignal }) =>
        this.#stream(teachId, signal),
    },
  } as unknown as LabClient;

  change(teachId: string, part: Partial<TeachSession>): TeachSession {
    const session = this.sessions.get(teachId);
    if (session === undefined) throw gone();
    return this.#set({ ...session, ...part });
  }

  end(teachId: string): void {
    this.sessions.delete(teachId);
    this.#tell();
  }

  #set(session: TeachSession): TeachSession {
    this.sessions.set(session.teachId, session);
    this.#tell();
    return session;
  }

  #tell(): void {
    for (const wake of [...this.#listeners]) wake();
  }

  async *#stream(teachId: string, signal: AbortSignal) {
    for (;;) {
      signal.throwIfAborted();
      const session = this.sessions.get(teachId);
      if (session === undefined) throw gone();
      yield session;
      if (this.sessions.get(teachId) !== session) continue;
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#listeners.delete(wake);
          resolve();
        };
        this.#listeners.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
  }
}

const blank: TeachSession = {
  teachId: '',
  step: 'ready',
  role: null,
  ask: '',
  sights: [],
  candidates: [],
  found: [],
  proposedName: 'board-1',
  startedAtMs: 0,
};
const found = { role: 'console' as const, text: 'FTDI at desk hub, port 3' } as TeachSession['found'][number];
const gone = () => new ORPCError('NOT_FOUND', { message: 'over' });

function remembering(place: TeachPlace | null): TeachMemory & { place: TeachPlace | null } {
  return {
    place,
    read() {
      return this.place;
    },
    write(next) {
      this.place = next;
    },
  };
}

/** With a core and a place to go on from; stops what still follows at the end. */
async function withTeaching(
  place: TeachPlace | null,
  run: (parts: {
    core: FakeCore;
    memory: ReturnType<typeof remembering>;
    teaching: Teaching;
  }) => Promise<void>,
  core = new FakeCore(),
) {
  const memory = remembering(place);
  const teaching = new Teaching(() => core.client, memory, 1);
  const closed = new AbortController();
  const following = teaching.follow(closed.signal);
  try {
    await run({ core, memory, teaching });
  } finally {
    closed.abort();
    await following;
  }
}

const stateOf = (teaching: Teaching) => teaching.store.getState();
const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 5 });

test('it begins by waiting for the console, and hears each step', async () => {
  await withTeaching(null, async ({ core, memory, teaching }) => {
    await until(() => expect(stateOf(teaching).session).toMatchObject({ step: 'pull', role: 'console' }));
    expect(memory.place).toEqual({ teachId: 't1', stage: 'console', open: true });
    core.change('t1', { step: 'ready', role: null, found: [found] });
    await until(() => expect(stateOf(teaching).session?.found).toEqual([found]));
  });
});

test('a reloaded window goes on where it was, and begins anew only when that is over', async () => {
  const core = new FakeCore();
  core.sessions.set('left', { ...blank, teachId: 'left', step: 'pull', role: 'cable', found: [found] });
  await withTeaching(
    { teachId: 'left', stage: 'cable', open: true },
    async ({ teaching }) => {
      await until(() =>
        expect(stateOf(teaching)).toMatchObject({ stage: 'cable', session: { role: 'cable' } }),
      );
      expect(core.calls).toEqual([]);
    },
    core,
  );
  await withTeaching({ teachId: 'older', stage: 'socket', open: true }, async ({ teaching }) => {
    await until(() =>
      expect(stateOf(teaching)).toMatchObject({ stage: 'console', session: { teachId: 't1', step: 'pull' } }),
    );
  });
});

test('next leaves out what is watched for and goes through cable and socket to the name', async () => {
  await withTeaching(null, async ({ core, teaching }) => {
    await until(() => expect(stateOf(teaching).session?.step).toBe('pull'));
    await teaching.next();
    await teaching.next();
    await teaching.next();
    expect(stateOf(teaching).stage).toBe('name');
    expect(core.calls).toEqual(['watch console', 'skip', 'watch cable', 'skip', 'watch socket', 'skip']);
    expect(stateOf(teaching).session?.step).toBe('ready');
  });
});

test('a session the core forgot is told, and another one can be begun', async () => {
  await withTeaching(null, async ({ core, teaching }) => {
    await until(() => expect(stateOf(teaching).session?.step).toBe('pull'));
    core.end('t1');
    await until(() => expect(stateOf(teaching).over).toBe(true));
    await teaching.startOver();
    expect(stateOf(teaching)).toEqual({ session: null, stage: 'console', over: false });
  });
});

test('closing the dialog keeps what was learned for the next time, and forgets where nothing was', async () => {
  await withTeaching(null, async ({ core, memory, teaching }) => {
    await until(() => expect(stateOf(teaching).session?.step).toBe('pull'));
    core.change('t1', { found: [found] });
    await until(() => expect(stateOf(teaching).session?.found).toHaveLength(1));
    await teaching.leave();
    expect(memory.place).toEqual({ teachId: 't1', stage: 'console', open: false });
    expect(core.sessions.get('t1')).toMatchObject({ step: 'ready', found: [found] });
  });
  await withTeaching(null, async ({ core, memory, teaching }) => {
    await until(() => expect(stateOf(teaching).session?.step).toBe('pull'));
    await teaching.leave();
    expect(memory.place).toBeNull();
    expect(core.sessions.size).toBe(0);
  });
});

test('a refused name keeps the session; an accepted one ends it without calling that a fault', async () => {
  await withTeaching(null, async ({ core, memory, teaching }) => {
    await until(() => expect(stateOf(teaching).session?.step).toBe('pull'));
    core.refuses = new ORPCError('NAME_TAKEN', { message: 'taken' });
    await expect(teaching.finish({ name: 'beagle' })).rejects.toThrow('taken');
    expect(core.sessions.size).toBe(1);
    core.refuses = null;
    expect(await teaching.finish({ name: 'beagle' })).toEqual({ name: 'beagle' });
    expect(memory.place).toBeNull();
    expect(stateOf(teaching).over).toBe(false);
  });
});
