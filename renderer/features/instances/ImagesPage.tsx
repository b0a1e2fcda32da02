import { Layers } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { InstanceImage } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { countOf, formatBytes } from '../../lib/format/format.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { Age } from '../../ui/Age.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from './InstancesSection.module.css';
import { unusedImages } from './imageWords.ts';

const prunePlace = 'images:prune';

/** The images instances are made of: shared by those of one source, and gone when nobody needs them. */
export function ImagesPage() {
  const { actions, connection } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const { images, problem, refresh } = useImages();
  const [freedBytes, setFreedBytes] = useState<number | null>(null);
  const pending = useStore(actions.store, (state) => prunePlace in state.pending);
  const failed = useStore(actions.store, (state) => state.problems[prunePlace] ?? null);
  if (images === null)
    return problem === null ? (
      <div className={classes.list} role="status" aria-label="Loading the images">
        <div className={classes.skeleton} />
      </div>
    ) : (
      <ProblemLine problem={problem}>
        <button type="button" className="button" onClick={refresh}>
          Ask again
        </button>
      </ProblemLine>
    );
  const unused = unusedImages(images);
  const unusedBytes = unused.reduce((sum, image) => sum + image.sizeBytes, 0);
  const blocked = away || pending || unused.length === 0;
  const prune = async () => {
    await actions.run(prunePlace, 'prune', async () => {
      setFreedBytes((await connection.client().images.prune()).freedBytes);
    });
    refresh();
  };
  return (
    <>
      {images.length === 0 ? (
        <EmptyState icon={<Layers size={24} />} title="No images">
          <p>An image is built with the first instance of a source and shared by all that follow.</p>
          <p role="status">{freedBytes === null ? '' : `${formatBytes(freedBytes)} freed.`}</p>
        </EmptyState>
      ) : (
        <>
          <div className={classes.bar}>
            <p role="status">
              {countOf(images.length, 'image')}
              {unused.length === 0
                ? ', all in use'
                : `, ${unused.length} unused with ${formatBytes(unusedBytes)}`}
              {freedBytes === null ? '' : `. ${formatBytes(freedBytes)} freed`}
            </p>
            <span className={classes.spring} />
            <button
              type="button"
              className="button"
              aria-disabled={blocked}
              onClick={() => (blocked ? undefined : void prune())}
              data-testid="prune"
            >
              {pending ? 'Removing…' : 'Remove unused'}
            </button>
          </div>
          <ul className={classes.list} aria-label="Images">
            {images.map((image) => (
              <ImageItem key={image.imageId} image={image} />
            ))}
          </ul>
        </>
      )}
      <ProblemLine problem={failed ?? problem} onDismiss={() => actions.dismiss(prunePlace)} />
    </>
  );
}

function ImageItem({ image }: { image: InstanceImage }) {
  const { role, usedBy } = image;
  return (
    <li className={classes.card} data-testid="image">
      <div className={classes.row}>
        <h2 className={classes.title}>{image.title}</h2>
        {image.version === null ? null : <span className={classes.soft}>LAVA {image.version}</span>}
        <span className={classes.spring} />
        <span className="tabular">{formatBytes(image.sizeBytes)}</span>
      </div>
      <div className={classes.row}>
        <span className={classes.soft}>
          {usedBy.length > 0 ? `Used by ${usedBy.join(', ')}` : role === 'base' ? 'To build on' : 'Unused'}
        </span>
        <span className={`${classes.faint} ${classes.small}`}>
          made <Age atMs={image.createdAtMs} />
        </span>
        <span className={classes.spring} />
        <code className={classes.faint}>{image.imageId.slice(0, 12)}</code>
      </div>
    </li>
  );
}

/** Asked for when the page comes up, and anew when what instances are made of changes. */
function useImages(): {
  readonly images: readonly InstanceImage[] | null;
  readonly problem: LabProblem | null;
  refresh(): void;
} {
  const { connection } = useLab();
  const connected = useConnectionPhase() === 'connected';
  const inUse = useBench((state) =>
    (state.instances ?? []).map(({ key, imageId }) => `${key} ${imageId}`).join(),
  );
  const [images, setImages] = useState<readonly InstanceImage[] | null>(null);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const refresh = useCallback(() => {
    const ask = async () => {
      try {
        setImages(await connection.client().images.list());
        setProblem(null);
      } catch (error) {
        setProblem(toProblem(error));
      }
    };
    void ask();
  }, [connection]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `inUse` is what makes another answer likely
  useEffect(() => {
    if (connected) refresh();
  }, [connected, refresh, inUse]);
  return { images, problem, refresh };
}
