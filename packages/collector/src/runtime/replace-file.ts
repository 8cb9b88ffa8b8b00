import { open, rename, rm } from 'node:fs/promises';

/** Replaces a file as a whole, with mode 0600: a crash leaves the old one or the new one. Its folder must exist. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  // A file that is there keeps its mode when it is written to.
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}
