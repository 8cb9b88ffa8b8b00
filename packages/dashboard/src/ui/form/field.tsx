import { useId, type ComponentProps, type ReactElement, type ReactNode } from 'react';

/** An input with a label. `onText` receives the typed text. */
export function Field(
  props: Omit<ComponentProps<'input'>, 'id' | 'onChange'> & {
    readonly label: ReactNode;
    readonly onText: (text: string) => void;
    readonly 'data-first'?: boolean | undefined;
  },
): ReactElement {
  const { label, onText, className, ...input } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className={className === undefined ? 'input' : `input ${className}`}
        onChange={(event) => onText(event.target.value)}
      />
    </div>
  );
}
