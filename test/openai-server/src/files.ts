import type { Exchange, ServerState } from './http/exchange.ts';
import { stringOf } from './http/json.ts';
import { badRequest, errorOf, refuse } from './http/refuse.ts';
import { replyBytes, replyJson } from './http/reply.ts';

/** A file of the caller, or one that a batch has written. */
export interface StoredFile {
  readonly object: 'file';
  readonly id: string;
  readonly bytes: number;
  readonly created_at: number;
  readonly filename: string;
  readonly purpose: string;
  readonly status: 'processed';
}

const contents = new WeakMap<StoredFile, Buffer>();

/** Stores bytes as a file and says what it is. */
export function storeFile(
  state: ServerState,
  filename: string,
  purpose: string,
  content: Buffer,
): StoredFile {
  const file: StoredFile = {
    object: 'file',
    id: state.nextId('file-'),
    bytes: content.length,
    created_at: state.now(),
    filename,
    purpose,
    status: 'processed',
  };
  contents.set(file, content);
  state.objects.set(file.id, file);
  return file;
}

/** The bytes of a stored file, `undefined` where there is none of this id. */
export function fileContent(state: ServerState, id: string): Buffer | undefined {
  const file = state.objects.get(id);
  return typeof file === 'object' && file !== null ? contents.get(file as StoredFile) : undefined;
}

/** `POST /files`, `GET /files`, `GET` and `DELETE /files/{id}`, `GET /files/{id}/content`. */
export async function files(exchange: Exchange): Promise<void> {
  const { state, json, route, request } = exchange;
  const [, , id, part] = route.split('/');
  if (id === undefined) return request.method === 'POST' ? upload(exchange) : list(exchange);
  const content = fileContent(state, id);
  if (content === undefined)
    return refuse(exchange, { ...errorOf(404), message: `No such File object: ${id}`, code: null });
  if (request.method === 'DELETE') {
    state.objects.delete(id);
    return replyJson(exchange, { id, object: 'file', deleted: true });
  }
  if (part === 'content') return replyBytes(exchange, content, 'application/octet-stream');
  replyJson(exchange, state.objects.get(id));

  async function upload(exchange: Exchange): Promise<void> {
    const file = json['file'];
    if (!(file instanceof File)) return refuse(exchange, badRequest("'file' is a required property", 'file'));
    const content = Buffer.from(await file.arrayBuffer());
    replyJson(exchange, storeFile(state, file.name, stringOf(json['purpose']) ?? 'user_data', content));
  }
}

function list(exchange: Exchange): void {
  const data = [...exchange.state.objects.values()].filter((value) => contents.has(value as StoredFile));
  replyJson(exchange, { object: 'list', data, has_more: false });
}
