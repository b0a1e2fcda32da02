import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import type { Port } from '../../../main/contract/index.ts';
import { copyText } from '../../ui/copyText.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import { usbId } from './describePort.ts';
import classes from './PortFacts.module.css';

/** All that udev tells of a port. */
export function PortFacts({ port }: { port: Port }) {
  return (
    <dl className={classes.facts}>
      <Fact name="Device" value={port.device} mono />
      <Fact name="Vendor" value={port.manufacturer} />
      <Fact name="Product" value={port.product} />
      <Fact name="USB id" value={usbId(port)} mono />
      <Fact name="Serial no." value={port.serialNumber} mono />
      <Fact name="By id" value={port.byId} mono />
      <Fact name="By path" value={port.byPath} mono />
    </dl>
  );
}

/** Whether this user may open the port, and if not, why and what to do. */
export function PortAccess({ port }: { port: Port }) {
  if (port.access.ok) {
    return (
      <p className={classes.access}>
        <StateShape tone="on" sizePx={9} /> You may open it
      </p>
    );
  }
  return (
    <div className={classes.refused} data-selectable>
      <StateShape tone="bad" sizePx={11} />
      <p>
        <strong>{sentence(port.access.reason)}</strong> {sentence(port.access.hint)}
      </p>
    </div>
  );
}

function Fact({ name, value, mono = false }: { name: string; value: string | null; mono?: boolean }) {
  if (value === null || value === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd className={mono ? 'mono' : undefined}>
        <span>{value}</span>
        {mono ? <CopyFact name={name} value={value} /> : null}
      </dd>
    </>
  );
}

function CopyFact({ name, value }: { name: string; value: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void copyText(value).then((done) => {
      setCopied(done);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <button
      type="button"
      className={classes.copy}
      aria-label={copied ? `${name} copied` : `Copy ${name}`}
      onClick={copy}
    >
      {copied ? <Check size={12} aria-hidden /> : <Copy size={12} aria-hidden />}
    </button>
  );
}
