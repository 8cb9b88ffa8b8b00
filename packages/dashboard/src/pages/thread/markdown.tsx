import { Markdown, type MarkdownToJSX } from 'markdown-to-jsx/react';
import type {
  AnchorHTMLAttributes,
  HTMLAttributes,
  ImgHTMLAttributes,
  ReactElement,
  TableHTMLAttributes,
} from 'react';
import { ScrollRegion } from '../../ui/scroll-region.tsx';

/** Markdown of a message. Hostile input: HTML stays text, nothing is loaded from elsewhere, links open with no referrer. */
export function MarkdownText({ text }: { readonly text: string }): ReactElement {
  return <Markdown options={options}>{text}</Markdown>;
}

const options: MarkdownToJSX.Options = {
  disableParsingRawHTML: true,
  forceBlock: true,
  forceWrapper: true,
  wrapper: 'div',
  // Ids of headings could shadow those of the page.
  slugify: () => '',
  overrides: {
    a: { component: SafeLink },
    img: { component: ImageAsLink },
    table: { component: WideTable },
    pre: { component: WideCode },
    h1: { component: 'h4' },
    h2: { component: 'h4' },
    h3: { component: 'h5' },
    iframe: { component: () => null },
  },
};

function SafeLink({ href, children }: AnchorHTMLAttributes<HTMLAnchorElement>): ReactElement {
  if (href === undefined || !/^(https?:|mailto:)/iu.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="link underlined">
      {children}
    </a>
  );
}

/** An image of an answer would tell its server who reads it. */
function ImageAsLink({ src, alt }: ImgHTMLAttributes<HTMLImageElement>): ReactElement {
  const label = alt === undefined || alt === '' ? 'image' : alt;
  return <SafeLink href={typeof src === 'string' ? src : undefined}>[{label}]</SafeLink>;
}

/** Scrolls by itself; the page does not. */
function WideTable({ children }: TableHTMLAttributes<HTMLTableElement>): ReactElement {
  return (
    <ScrollRegion className="message-wide" label="Table">
      <table>{children}</table>
    </ScrollRegion>
  );
}

function WideCode({ children }: HTMLAttributes<HTMLPreElement>): ReactElement {
  return (
    <ScrollRegion as="pre" className="message-wide" label="Code">
      {children}
    </ScrollRegion>
  );
}
