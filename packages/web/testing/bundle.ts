import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

/** Bundles a source as an application's bundler does: minified, tree shaken, siblings from their sources. */
export async function bundle(
  entry: { file: string } | { code: string },
  options: { format: 'esm' | 'iife'; external?: string[] },
): Promise<{ code: string; gzipBytes: number }> {
  const result = await build({
    ...('file' in entry
      ? { entryPoints: [entry.file] }
      : { stdin: { contents: entry.code, resolveDir: import.meta.dirname, loader: 'ts' as const } }),
    bundle: true,
    minify: true,
    write: false,
    target: 'es2020',
    format: options.format,
    conditions: ['@userspan/source'],
    define: { 'process.env.NODE_ENV': '"production"' },
    external: options.external ?? [],
  });
  const code = result.outputFiles[0]?.text ?? '';
  return { code, gzipBytes: gzipSync(code, { level: 9 }).length };
}
