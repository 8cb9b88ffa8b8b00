import { useId, type ReactElement } from 'react';

/** A select element with a label. */
export function SelectField<Key extends string>(props: {
  readonly label: string;
  readonly value: Key;
  readonly choices: readonly { readonly key: Key; readonly label: string }[];
  readonly onChoose: (key: Key) => void;
  readonly hint?: string | undefined;
}): ReactElement {
  const { label, value, choices, onChoose, hint } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
        value={value}
        onChange={(event) => {
          const chosen = choices.find(({ key }) => key === event.target.value);
          if (chosen !== undefined) onChoose(chosen.key);
        }}
      >
        {choices.map((choice) => (
          <option key={choice.key} value={choice.key}>
            {choice.label}
          </option>
        ))}
      </select>
      {hint !== undefined && <span className="faint">{hint}</span>}
    </div>
  );
}
