/** A message in the format of the GenAI conventions for `gen_ai.input.messages` and `gen_ai.output.messages`. */
export interface Message {
  readonly role: string;
  readonly parts: readonly Part[];
  readonly name?: string;
  readonly finish_reason?: string;
}

export type Part =
  | { readonly type: 'text' | 'reasoning' | 'refusal'; readonly content: string }
  | { readonly type: 'tool_call'; readonly id?: string; readonly name: string; readonly arguments: unknown }
  | { readonly type: 'tool_call_response'; readonly id?: string; readonly response: unknown }
  /** Only the number of bytes is recorded. */
  | { readonly type: 'blob'; readonly modality: string; readonly mime_type?: string; readonly size: number }
  | { readonly type: 'uri'; readonly modality: string; readonly uri: string }
  | { readonly type: 'file'; readonly modality: string; readonly file_id: string }
  /** Any other part, of which only the type is recorded. */
  | { readonly type: string };

/** A text part, which may be empty. */
export function textPart(content: string): Part {
  return { type: 'text', content };
}

const DATA_URL = /^data:([^;,]{0,128})[^,]{0,256}?(;base64)?,/;

/**
 * An image, audio or file given by URL. Of a `data:` URL only the number of bytes is recorded; a link is recorded
 * without its query.
 */
export function mediaPart(modality: string, url: string): Part {
  const data = DATA_URL.exec(url.slice(0, 512));
  if (data !== null) {
    const length = url.length - data[0].length;
    const size = data[2] === undefined ? length : base64Bytes(url, length);
    return { type: 'blob', modality, ...(data[1] ? { mime_type: data[1] } : {}), size };
  }
  const query = url.search(/[?#]/);
  return { type: 'uri', modality, uri: query === -1 ? url : url.slice(0, query) };
}

/** Base64 content, of which only the number of bytes is recorded. */
export function blobPart(modality: string, base64: string, mimeType?: string): Part {
  const size = base64Bytes(base64, base64.length);
  return { type: 'blob', modality, ...(mimeType === undefined ? {} : { mime_type: mimeType }), size };
}

function base64Bytes(text: string, length: number): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((length * 3) / 4) - padding);
}
