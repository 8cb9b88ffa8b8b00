import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { MarkdownText } from './markdown.tsx';

function html(text: string): string {
  return renderToStaticMarkup(createElement(MarkdownText, { text }));
}

test.each<[name: string, text: string]>([
  ['a script', '<script>alert(1)</script>'],
  ['an image with a handler', '<img src=x onerror=alert(1)>'],
  ['an image from another host', '![a](https://evil.example/x.png)'],
  ['an iframe', '<iframe src="https://evil.example"></iframe>'],
  ['a javascript: link', '[a](javascript:alert(1))'],
  ['an escaped javascript: link', '[a](&#106;avascript:alert(1))'],
  ['a javascript: link with a tab', '[a](java\tscript:alert(1))'],
  ['a data: link', '[a](data:text/html,<script>alert(1)</script>)'],
  ['an automatic link', '<javascript:alert(1)>'],
  ['a style', '<p style="position:fixed">a</p>'],
  ['a reference link', '[a][b]\n\n[b]: javascript:alert(1)'],
])('%s is shown as text', (_name, text) => {
  const parsed = html(text);
  expect(parsed).not.toMatch(
    /<(?:script|img|iframe|style)|<[^>]+\s(?:on\w+|style)=|(?:href|src)="(?!https?:|mailto:)/iu,
  );
});

test('formats Markdown, and links have no referrer', () => {
  expect(html('**a** [b](https://example.com)')).toBe(
    '<div><p><strong>a</strong> <a href="https://example.com" target="_blank" rel="noopener noreferrer nofollow" class="link underlined">b</a></p></div>',
  );
});
