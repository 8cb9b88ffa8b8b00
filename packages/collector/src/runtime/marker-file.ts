import { rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { replaceFile, syncDirectory } from './replace-file.ts';

/** A file whose existence means that some work is due, even after a crash. */
export class MarkerFile {
  readonly #path: string;
  readonly #text: string;

  /** `text` explains the file to people. */
  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  async set(): Promise<void> {
    await replaceFile(this.#path, this.#text);
  }

  async isSet(): Promise<boolean> {
    return stat(this.#path).then(
      () => true,
      () => false,
    );
  }

  async clear(): Promise<void> {
    await rm(this.#path, { force: true });
    await syncDirectory(dirname(this.#path));
  }
}
