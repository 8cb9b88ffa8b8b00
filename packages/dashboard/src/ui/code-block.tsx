import type { ReactElement } from 'react';
import { CopyButton } from './copy-button.tsx';
import { ScrollRegion } from './scroll-region.tsx';

/** Text to copy. */
export function CodeBlock({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  return (
    <div className="code">
      <ScrollRegion as="pre" className="code-text" label={label}>
        <code>{text}</code>
      </ScrollRegion>
      <CopyButton text={text} label={`Copy ${label}`} />
    </div>
  );
}
