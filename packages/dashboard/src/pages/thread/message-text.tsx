import { Suspense, useState, type ReactElement } from 'react';
import { formatCount } from '../../format/count.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import './message-text.css';

// Only conversations need the Markdown library. If it cannot be loaded, plain text is shown.
const MarkdownText = lazyPart(
  () => import('./markdown.tsx').then((module) => module.MarkdownText),
  PlainText,
);

/** Number of characters shown at first; a button shows the rest. */
const shownAtFirst = 12_000;
/** Longer Markdown is not formatted, because that would take too long. */
const longestMarkdown = 60_000;

/** Shows the text of a message, as formatted Markdown or plain text. */
export function MessageText(props: { readonly text: string; readonly isPlain?: boolean }): ReactElement {
  const { text, isPlain = false } = props;
  const [all, setAll] = useState(false);
  const shown = all || text.length <= shownAtFirst ? text : text.slice(0, shownAtFirst).toWellFormed();
  const plain = <PlainText text={shown} />;
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

function PlainText({ text }: { readonly text: string }): ReactElement {
  return <p className="message-plain">{text}</p>;
}
