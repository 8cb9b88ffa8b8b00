/** A file: the result of `client.files.content(id)`, a blob, a stream, or the text. */
export type BatchFile =
  | string
  | Uint8Array
  | { text(): Promise<string> }
  | AsyncIterable<Uint8Array | string>;

/** Maximum length of a line that is read. An answer with embeddings may have several megabytes. */
const MAX_LINE_LENGTH = 64 * 1024 * 1024;

/** The lines of a file. Reads streams chunk by chunk. */
export async function* batchLines(file: BatchFile): AsyncGenerator<string> {
  if (typeof file === 'string') {
    yield* file.split('\n');
    return;
  }
  if (file instanceof Uint8Array) {
    yield* Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('utf8').split('\n');
    return;
  }
  const pieces = piecesOf(file);
  if (pieces === undefined) {
    yield* (await (file as { text(): Promise<string> }).text()).split('\n');
    return;
  }
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    rest += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_LENGTH) rest = '';
    yield* lines;
  }
  yield rest + decoder.decode();
}

/** The chunks of a response's body, a blob or a stream; undefined if there is only `text()`. */
function piecesOf(file: object): AsyncIterable<Uint8Array | string> | undefined {
  if (Symbol.asyncIterator in file) return file as AsyncIterable<Uint8Array>;
  const { body } = file as { body?: unknown };
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
    ? (body as AsyncIterable<Uint8Array>)
    : undefined;
}
