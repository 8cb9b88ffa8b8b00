import type { ReactElement } from 'react';
import { Segments } from '../../ui/form/segments.tsx';

/** Whether Markdown of messages is formatted, or shown as it was written. */
export type MessageForm = 'formatted' | 'plain';

export function MessageFormSwitch(props: {
  readonly form: MessageForm;
  readonly onChange: (form: MessageForm) => void;
}): ReactElement {
  return (
    <Segments
      label="How messages are shown"
      value={props.form}
      choices={[
        { key: 'formatted', label: 'Formatted' },
        { key: 'plain', label: 'Plain' },
      ]}
      onChange={props.onChange}
    />
  );
}
