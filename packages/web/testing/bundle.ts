import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

/** Bundles a module as an application's bundler does: minified, tree shaken, siblings from their sources or as they are built. */
export async function bundle(
  entry: { file: string } | { code: string },
  options: { format: 'esm' | 'iife'; external?: string[]; siblings?: 'sources' | 'built' },
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
    conditions: options.siblings === 'built' ? [] : ['@userspan/source'],
    define: { 'process.env.NODE_ENV': '"production"' },
    external: options.external ?? [],
    // The file is loaded only to run it in order, and has nothing to run.
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  const code = result.outputFiles[0]?.text ?? '';
  return { code, gzipBytes: gzipSync(code, { level: 9 }).length };
}
