import type { ReactElement, ReactNode } from 'react';

/** A few choices side by side, one of which is selected. */
export function Segments<Key extends string>(props: {
  readonly label: string;
  readonly value: Key;
  readonly choices: readonly { readonly key: Key; readonly label: ReactNode }[];
  readonly onChange: (key: Key) => void;
}): ReactElement {
  return (
    <div className="segments" role="group" aria-label={props.label}>
      {props.choices.map(({ key, label }) => (
        <button
          key={key}
          type="button"
          aria-pressed={key === props.value}
          onClick={() => props.onChange(key)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
