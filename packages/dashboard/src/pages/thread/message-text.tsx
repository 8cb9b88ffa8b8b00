import { lazy, Suspense, useState, type ReactElement } from 'react';
import { formatCount } from '../../format/count.ts';

// A library of its own, which only conversations need.
const MarkdownText = lazy(async () => ({ default: (await import('./markdown.tsx')).MarkdownText }));

/** Characters that are shown at first; of more, one asks for the rest. */
const shownAtFirst = 12_000;
/** Markdown of more characters takes longer than one would wait. */
const longestMarkdown = 60_000;

/** What somebody said: formatted where it is Markdown, or exactly as it was. */
export function MessageText(props: { readonly text: string; readonly isPlain?: boolean }): ReactElement {
  const { text, isPlain = false } = props;
  const [all, setAll] = useState(false);
  const shown = all || text.length <= shownAtFirst ? text : text.slice(0, shownAtFirst).toWellFormed();
  const plain = <p className="message-plain">{shown}</p>;
  return (
    <div className="message-text" dir="auto">
      {isPlain || shown.length > longestMarkdown ? (
        plain
      ) : (
        <Suspense fallback={plain}>
          <MarkdownText text={shown} />
        </Suspense>
      )}
      {shown.length < text.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show all {formatCount(text.length)} characters
        </button>
      )}
    </div>
  );
}
