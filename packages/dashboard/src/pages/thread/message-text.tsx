import { Suspense, useState, type ReactElement } from 'react';
import { formatCount } from '../../format/count.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import './message-text.css';

// A library of its own, which only conversations need; without it, the text as it is.
const MarkdownText = lazyPart(
  () => import('./markdown.tsx').then((module) => module.MarkdownText),
  PlainText,
);

/** Characters that are shown at first; of more, one asks for the rest. */
const shownAtFirst = 12_000;
/** Markdown of more characters takes longer than one would wait. */
const longestMarkdown = 60_000;

/** The text of a message: formatted where it is Markdown, or as it is. */
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
