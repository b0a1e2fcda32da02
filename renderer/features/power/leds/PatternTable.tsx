import type { Board, LedLanguage, LedMode, LedPattern, LedState } from '../../../../main/contract/index.ts';
import { LedPatternView } from './LedPatternView.tsx';
import { ledModeWord, ledName, ledStates, ledStateWord, nextMode } from './ledWords.ts';
import classes from './PatternTable.module.css';

interface Props {
  readonly board: Board;
  readonly language: LedLanguage;
  readonly onChange: (patterns: LedLanguage['patterns']) => void;
}

/** How each state looks. A press on a light goes on to what it may do next. */
export function PatternTable({ board, language, onChange }: Props) {
  const { patterns } = language;
  const set = (state: LedState, index: number, mode: LedMode) => {
    const [first, second, third] = patterns[state].map((each, at) => (at === index ? mode : each));
    const pattern: LedPattern = [first ?? 'leave', second ?? 'leave', third ?? 'leave'];
    onChange({ ...patterns, [state]: pattern });
  };
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">How each state looks; press a light to change it</caption>
      <thead>
        <tr>
          <th scope="col">State</th>
          {[0, 1, 2].map((index) => (
            <th key={index} scope="col">
              {ledName(board, index)}
            </th>
          ))}
          <th scope="col">Looks like</th>
        </tr>
      </thead>
      <tbody>
        {ledStates.map((state) => (
          <tr key={state}>
            <th scope="row">{ledStateWord[state]}</th>
            {patterns[state].map((mode, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the three places never move
              <td key={index}>
                <button
                  type="button"
                  className={classes.mode}
                  data-mode={mode}
                  aria-label={`${ledName(board, index)} when ${ledStateWord[state]}: ${ledModeWord[mode]}`}
                  onClick={() => set(state, index, nextMode(mode))}
                  data-testid={`pattern-${state}-${index + 1}`}
                >
                  {ledModeWord[mode]}
                </button>
              </td>
            ))}
            <td>
              <LedPatternView pattern={patterns[state]} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
