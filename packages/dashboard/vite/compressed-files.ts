import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const ways = { br: promisify(brotliCompress), gz: promisify(gzip) };
/** Below this the head of the answer is most of it. */
const leastBytes = 1024;

/** Writes scripts and styles beside themselves once more, compressed: the collector sends them as they are. */
export function compressedFiles(): Plugin {
  return {
    name: 'compressed-files',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const paths = Object.keys(bundle).filter((path) => /\.(?:js|css)$/u.test(path));
      await Promise.all(
        paths.map(async (path) => {
          const file = join(dir, path);
          const plain = await readFile(file);
          if (plain.length < leastBytes) return;
          for (const [ending, compress] of Object.entries(ways))
            await writeFile(`${file}.${ending}`, await compress(plain));
        }),
      );
    },
  };
}
