/** Messages as the GenAI conventions have them in `gen_ai.input.messages` and `gen_ai.output.messages`. */
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
  /** Bytes are recorded by their number only. */
  | { readonly type: 'blob'; readonly modality: string; readonly mime_type?: string; readonly size: number }
  | { readonly type: 'uri'; readonly modality: string; readonly uri: string }
  | { readonly type: 'file'; readonly modality: string; readonly file_id: string }
  /** Anything else, by its type alone. */
  | { readonly type: string };

/** A text part; empty texts are parts too. */
export function textPart(content: string): Part {
  return { type: 'text', content };
}

const DATA_URL = /^data:([^;,]{0,128})[^,]{0,256}?(;base64)?,/;

/** A picture, sound or file that is named by a URL: inline bytes by their number, a link without its query. */
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

/** Bytes that are given in base64, by their number. */
export function blobPart(modality: string, base64: string, mimeType?: string): Part {
  const size = base64Bytes(base64, base64.length);
  return { type: 'blob', modality, ...(mimeType === undefined ? {} : { mime_type: mimeType }), size };
}

function base64Bytes(text: string, length: number): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((length * 3) / 4) - padding);
}
