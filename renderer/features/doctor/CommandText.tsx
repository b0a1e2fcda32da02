import { useEffect, useState } from 'react';
import { copyText } from '../../ui/copyText.ts';
import classes from './CommandText.module.css';

const copiedShownMs = 1600;

/** A command as one could type it, and a way to take it along. */
export function CommandText({ text, copies = true }: { text: string; copies?: boolean }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedShownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className={classes.command}>
      <code className={classes.text} data-selectable data-testid="fix-command">
        {text}
      </code>
      {copies ? (
        <button
          type="button"
          className="button"
          aria-label="Copy the command"
          onClick={() => void copyText(text).then(setCopied)}
        >
          {copied ? 'Copied' : 'Copy'}
        </button>
      ) : null}
    </div>
  );
}
