import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const built = fileURLToPath(new URL('../../packages/collector/dashboard/', import.meta.url));
const isBuilt = existsSync(`${built}index.html`);
const budgetBytes = 200_000;

if (!isBuilt) console.warn('The size of the first page is not measured: run pnpm build');

test.skipIf(!isBuilt)('the first page needs at most 200 KB of gzipped script', () => {
  const html = readFileSync(`${built}index.html`, 'utf8');
  const first = Array.from(html.matchAll(/(?:src|href)="\/([^"]+\.js)"/gu), ([, path = '']) => path);
  const scripts = new Set<string>();
  const open = [...first];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (scripts.has(path)) continue;
    scripts.add(path);
    // What a script imports statically has to be there before it runs; what it imports later has not, except for the
    // code of the pages, which the first script loads.
    const text = readFileSync(built + path, 'utf8');
    for (const [, name = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/gu)) {
      open.push(`assets/${name}`);
    }
    for (const [, name = ''] of text.matchAll(/import\([`"']\.\/(main-[^`"']+\.js)/gu)) {
      open.push(`assets/${name}`);
    }
  }
  const bytes = Array.from(scripts, (path) => gzipSync(readFileSync(built + path)).length);
  const total = bytes.reduce((sum, size) => sum + size, 0);
  console.log(`first page: ${(total / 1000).toFixed(1)} KB of gzipped script in ${scripts.size} files`);
  expect([...scripts].filter((path) => /assets\/(?:early|main|libraries)-/u.test(path))).toHaveLength(3);
  expect(total).toBeLessThan(budgetBytes);
});

test.skipIf(!isBuilt)('scripts and styles have compressed copies with the same content', () => {
  const large = readdirSync(`${built}assets`).filter(
    (name) => /\.(?:js|css)$/u.test(name) && statSync(`${built}assets/${name}`).size >= 1024,
  );
  expect(large.length).toBeGreaterThan(5);
  for (const name of large) {
    const plain = readFileSync(`${built}assets/${name}`);
    expect(gunzipSync(readFileSync(`${built}assets/${name}.gz`)).equals(plain)).toBe(true);
    expect(brotliDecompressSync(readFileSync(`${built}assets/${name}.br`)).equals(plain)).toBe(true);
  }
});

test.skipIf(!isBuilt)('the page has no inline script or style, and loads nothing from other hosts', () => {
  const html = readFileSync(`${built}index.html`, 'utf8');
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=|https?:\/\//u);
});
