import classes from './StateShape.module.css';

export type Tone = 'on' | 'off' | 'unknown' | 'bad' | 'info' | 'busy';

/** A state's shape, so that color is never alone: disc, ring, half disc, triangle, square, spinning arc. */
export function StateShape({ tone, sizePx = 10 }: { tone: Tone; sizePx?: number }) {
  return (
    <svg
      className={classes.shape}
      data-tone={tone}
      width={sizePx}
      height={sizePx}
      viewBox="0 0 12 12"
      aria-hidden="true"
      focusable="false"
    >
      {paths[tone]}
    </svg>
  );
}

const paths: Record<Tone, React.ReactNode> = {
  on: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  off: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  unknown: (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4Z" fill="currentColor" />
    </>
  ),
  bad: <path d="M6 1 11.4 10.6H.6Z" fill="currentColor" strokeLinejoin="round" />,
  info: <rect x="1.6" y="1.6" width="8.8" height="8.8" rx="1.6" fill="currentColor" />,
  busy: (
    <circle
      cx="6"
      cy="6"
      r="4.4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeDasharray="18 10"
      strokeLinecap="round"
    />
  ),
};
