import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const noticesFile = 'THIRD-PARTY-NOTICES.txt';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** The folder of the package that a module is in, or undefined where it is one of ours. */
const packageFolder = /^(?:\0)?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/u;

/**
 * Writes the names, versions and licence texts of every package with a module in the bundle, fonts among them. The build
 * fails where a package comes without the text of its licence.
 */
export function thirdPartyNotices(): Plugin {
  return {
    name: 'third-party-notices',
    apply: 'build',
    async generateBundle() {
      const folders = new Set<string>();
      for (const id of this.getModuleIds()) {
        const folder = packageFolder.exec(id)?.[1];
        if (folder !== undefined) {
          folders.add(folder);
        }
      }
      const notices = new Map<string, string>();
      for (const folder of folders) {
        const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
        const { name, version, license } = manifest;
        const text = (await licenceText(folder)) ?? standardText(manifest);
        if (text === undefined) {
          this.error(
            `${name}@${version} has no file with its licence: add its text, or leave the package out`,
          );
        }
        notices.set(
          `${name} ${version}`,
          `${name} ${version} (${license ?? 'see below'})\n\n${text.trim()}\n`,
        );
      }
      const sorted = [...notices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, notice]) => notice);
      this.emitFile({
        type: 'asset',
        fileName: noticesFile,
        source: `The dashboard contains the following packages.\n\n${sorted.join(`\n${'-'.repeat(80)}\n\n`)}`,
      });
    },
  };
}

async function licenceText(folder: string): Promise<string | undefined> {
  const name = (await readdir(folder)).find((file) => /^licen[cs]e(?:\.(?:md|txt))?$/iu.test(file));
  return name === undefined ? undefined : readFile(join(folder, name), 'utf8');
}

/** The text of the licence that a package names and does not bring, with its author as the holder of the copyright. */
function standardText({ name, license, author }: Manifest): string | undefined {
  const holder = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`);
  return license === 'MIT' ? `MIT License\n\nCopyright (c) ${holder}\n\n${mitTerms}` : undefined;
}

const mitTerms = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;
