import { Markdown, type MarkdownToJSX } from 'markdown-to-jsx/react';
import type {
  AnchorHTMLAttributes,
  HTMLAttributes,
  ImgHTMLAttributes,
  ReactElement,
  TableHTMLAttributes,
} from 'react';
import { ScrollRegion } from '../../ui/scroll-region.tsx';

/**
 * Renders the Markdown of a message, which is untrusted: HTML is shown as text, nothing is loaded from other sites, and
 * links send no referrer.
 */
export function MarkdownText({ text }: { readonly text: string }): ReactElement {
  return <Markdown options={options}>{text}</Markdown>;
}

const options: MarkdownToJSX.Options = {
  disableParsingRawHTML: true,
  forceBlock: true,
  forceWrapper: true,
  wrapper: 'div',
  // Ids of headings could conflict with ids of the page.
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

/** Shows a link instead of an image, because loading the image would tell its server who reads the answer. */
function ImageAsLink({ src, alt }: ImgHTMLAttributes<HTMLImageElement>): ReactElement {
  const label = alt === undefined || alt === '' ? 'image' : alt;
  return <SafeLink href={typeof src === 'string' ? src : undefined}>[{label}]</SafeLink>;
}

/** A table that scrolls instead of the page. */
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
