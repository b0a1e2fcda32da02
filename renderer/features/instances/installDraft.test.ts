import { expect, test } from 'vitest';
import { newInstance } from '../../../main/contract/instances.ts';
import { formatAnswers, readAnswers } from './answersFile.ts';
import {
  checkDraft,
  checkSource,
  defaultDraft,
  draftOf,
  type InstallDraft,
  toAnswers,
} from './installDraft.ts';
import { policyText, resourcesText, sourceText } from './installWords.ts';
import { packageDraft } from './sourceDraft.ts';

const home = defaultDraft('home');
const branch = { ...packageDraft, kind: 'branch', repository: '/srv/lava.git' } as const;

test('what the wizard opens with is what the core takes for a bare name', () => {
  expect(checkDraft(home, [])).toEqual({});
  expect(newInstance.parse(toAnswers(home))).toEqual(newInstance.parse({ name: 'home' }));
});

test('every answer survives the file and the form', () => {
  const draft: InstallDraft = {
    ...home,
    source: { ...branch, at: 'merge-request', place: '!12', suite: 'sid' },
    qemu: true,
    memoryMib: '512',
    lean: true,
    port: '8123',
    autostart: false,
    policy: { everyHours: '24', keep: '3', maxAgeDays: '30' },
  };
  const read = readAnswers(formatAnswers(toAnswers(draft)));
  expect(read).toMatchObject({ ok: true, answers: { memoryLimitBytes: 512 * 1024 * 1024, port: 8123 } });
  if (read.ok) expect(draftOf(read.answers)).toEqual({ ...draft, source: { ...draft.source, place: '12' } });
});

test('a password never gets into the file', () => {
  const text = formatAnswers(toAnswers({ ...home, password: 'correct horse' }));
  expect(text).not.toContain('correct horse');
  expect(JSON.parse(text).admin).toEqual({ username: 'admin', password: null });
});

test('a file that holds no answers says what is wrong with it', () => {
  expect(readAnswers('{"name"')).toMatchObject({ ok: false });
  expect(readAnswers('{"name":"home","port":80}')).toMatchObject({
    ok: false,
    message: 'The answer to port does not fit',
  });
  expect(readAnswers('{"name":"home","nonsense":1}')).toMatchObject({ ok: false });
});

test('each mistake is found at its field', () => {
  expect(checkDraft({ ...home, name: 'Not A Name' }, [])).toHaveProperty('name');
  expect(checkDraft(home, ['home'])).toEqual({ name: 'another instance has this name' });
  expect(checkDraft({ ...home, port: '80' }, [])).toHaveProperty('port');
  expect(checkDraft({ ...home, port: 'x' }, [])).toHaveProperty('port');
  expect(checkDraft({ ...home, memoryMib: '12' }, [])).toHaveProperty('memoryLimitBytes');
  expect(checkDraft({ ...home, password: 'short' }, [])).toHaveProperty('admin.password');
  expect(checkDraft({ ...home, policy: { ...home.policy, keep: '0' } }, [])).toHaveProperty('backup.keep');
  expect(checkDraft({ ...home, source: { ...packageDraft, kind: 'tarball' } }, [])).toHaveProperty(
    'source.location',
  );
  expect(checkSource({ ...branch, repository: 'ext::sh' })).toHaveProperty('source.repository');
  expect(checkSource({ ...branch, at: 'commit', place: 'main' })).toHaveProperty('source.at.id');
  expect(checkSource({ ...branch, at: 'branch', place: '' })).toHaveProperty('source.at');
  expect(checkSource(branch)).toEqual({});
});

test('a folded section says what it holds, also while it is not finished', () => {
  expect(sourceText(packageDraft)).toBe('LAVA from Debian forky');
  expect(sourceText({ ...branch, at: 'tag', place: '2026.09' })).toBe('tag 2026.09 of lava.git');
  expect(sourceText({ ...branch, repository: '' })).toBe('a branch');
  expect(resourcesText({ memoryMib: '', lean: true })).toBe('no memory limit, lean');
  expect(policyText({ everyHours: '24', keep: '7', maxAgeDays: '' })).toBe(
    'every 24 hours, the last 7 are kept',
  );
});
