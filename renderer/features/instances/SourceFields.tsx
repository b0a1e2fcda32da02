import { NativeSelect, TextInput } from '@mantine/core';
import { errorUnder, type FieldErrors } from '../boards/boardForm.ts';
import { Choice } from './Choice.tsx';
import classes from './InstanceForm.module.css';
import type { PlaceKind, SourceDraft, SourceKind } from './sourceDraft.ts';

const kinds: readonly { readonly value: SourceKind; readonly label: string }[] = [
  { value: 'package', label: 'Package' },
  { value: 'tarball', label: 'Tarball' },
  { value: 'branch', label: 'Branch' },
  { value: 'image', label: 'Image' },
];

const about: Readonly<Record<SourceKind, string>> = {
  package: 'LAVA as Debian has it.',
  tarball: 'A release or a snapshot of LAVA’s source, from a file here or an address.',
  branch: 'LAVA’s source from git: a branch, a tag, a commit or a merge request.',
  image: 'A container image somebody has published.',
};

const places: readonly { readonly value: PlaceKind; readonly label: string }[] = [
  { value: 'default', label: 'Default branch' },
  { value: 'branch', label: 'Branch' },
  { value: 'tag', label: 'Tag' },
  { value: 'commit', label: 'Commit' },
  { value: 'merge-request', label: 'Merge request' },
];

const placeLabel: Readonly<Record<Exclude<PlaceKind, 'default'>, string>> = {
  branch: 'Branch name',
  tag: 'Tag name',
  commit: 'Commit id',
  'merge-request': 'Number',
};

interface Props {
  readonly draft: SourceDraft;
  readonly onChange: (draft: SourceDraft) => void;
  readonly errors: FieldErrors;
}

/** What an instance is made from. Errors are looked for under `source`. */
export function SourceFields({ draft, onChange, errors }: Props) {
  const set = (part: Partial<SourceDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      <Choice label="Kind" value={draft.kind} options={kinds} onChange={(kind) => set({ kind })} />
      <p className={classes.hint}>{about[draft.kind]}</p>
      {draft.kind === 'tarball' ? (
        <>
          <TextInput
            label="File or address"
            placeholder="/home/me/lava-2026.09.tar.gz"
            value={draft.location}
            onChange={(event) => set({ location: event.currentTarget.value })}
            error={errorUnder(errors, 'source.location')}
            spellCheck={false}
          />
          <TextInput
            label="SHA-256"
            description="What it must have; may stay empty, then it is only shown"
            value={draft.sha256}
            onChange={(event) => set({ sha256: event.currentTarget.value })}
            error={errorUnder(errors, 'source.sha256')}
            spellCheck={false}
            classNames={{ input: 'mono' }}
          />
        </>
      ) : null}
      {draft.kind === 'branch' ? <BranchFields draft={draft} set={set} errors={errors} /> : null}
      {draft.kind === 'image' ? (
        <TextInput
          label="Reference"
          placeholder="registry.example.org/lava/lava-server:2026.09"
          value={draft.reference}
          onChange={(event) => set({ reference: event.currentTarget.value })}
          error={errorUnder(errors, 'source.reference')}
          spellCheck={false}
        />
      ) : (
        <Choice
          label={draft.kind === 'package' ? 'Debian' : 'On top of Debian'}
          value={draft.suite}
          options={[
            { value: 'forky', label: 'forky (testing)' },
            { value: 'sid', label: 'sid (newest)' },
          ]}
          onChange={(suite) => set({ suite })}
        />
      )}
    </>
  );
}

function BranchFields({
  draft,
  set,
  errors,
}: {
  draft: SourceDraft;
  set: (part: Partial<SourceDraft>) => void;
  errors: FieldErrors;
}) {
  const { at } = draft;
  return (
    <>
      <TextInput
        label="Repository"
        description="Address or absolute path"
        placeholder="https://git.example.org/lava/lava.git"
        value={draft.repository}
        onChange={(event) => set({ repository: event.currentTarget.value })}
        error={errorUnder(errors, 'source.repository')}
        spellCheck={false}
      />
      <div className={classes.two}>
        <NativeSelect
          label="What of it"
          value={at}
          onChange={(event) => {
            const next = places.find((each) => each.value === event.currentTarget.value);
            if (next !== undefined) set({ at: next.value });
          }}
          data={[...places]}
        />
        {at === 'default' ? null : (
          <TextInput
            label={placeLabel[at]}
            value={draft.place}
            onChange={(event) => set({ place: event.currentTarget.value })}
            error={errorUnder(errors, 'source.at')}
            spellCheck={false}
          />
        )}
      </div>
    </>
  );
}
