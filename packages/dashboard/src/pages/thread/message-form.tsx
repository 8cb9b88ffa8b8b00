import type { ReactElement } from 'react';
import { Segments } from '../../ui/form/segments.tsx';

/** Whether messages are shown as formatted Markdown or as plain text. */
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
