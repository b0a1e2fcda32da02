import type { PowerBinding } from '../../../../main/contract/index.ts';
import { useBench } from '../../../app/labContext.tsx';
import classes from '../../boards/Inspector.module.css';
import { outletKindWord } from '../powerWords.ts';
import { bindingText } from './bindingText.ts';

/** What switches a board, where that is no port of this machine. */
export function BoundOutlet({ boardId, binding }: { boardId: string; binding: PowerBinding }) {
  const label = useBench((state) => state.power[boardId]?.outlet?.label ?? null);
  const text = bindingText(binding);
  return (
    <div className={classes.binding} data-testid="bound-outlet">
      <div className={classes.bindingHead}>
        <h4>Power</h4>
        <span>{outletKindWord[binding.kind]}</span>
      </div>
      {binding.kind === 'usb-hub-port' && label !== null ? <p data-selectable>{label}</p> : null}
      <code data-selectable className={classes.path}>
        {text}
      </code>
    </div>
  );
}
