import { useEffect, useState } from 'react';
import { copyText } from '../../ui/copyText.ts';
import classes from './SharingPanel.module.css';

const copiedShownMs = 1600;

/** A command to take along. */
export function CopyLine({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedShownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className={classes.command}>
      <code data-selectable>{text}</code>
      <button
        type="button"
        className="button"
        aria-label={`Copy ${text}`}
        onClick={() => void copyText(text).then(setCopied)}
      >
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}
