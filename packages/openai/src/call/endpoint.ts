import type { RequestOptions } from '../patch/client-internals.ts';

/** What is known of a call from its path alone. */
export interface Endpoint {
  /** `gen_ai.operation.name`. */
  readonly operation: string;
  /** How the answer is read. */
  readonly api: Api;
  /** `openai.api.type`. */
  readonly apiType?: string;
  /** `gen_ai.output.type`, where it does not depend on the request. */
  readonly outputType?: string;
}

/** The shapes of answers. */
export type Api =
  | 'chat'
  | 'responses'
  | 'completions'
  | 'embeddings'
  | 'images'
  | 'audio'
  | 'speech'
  | 'moderations';

const RESPONSES: Endpoint = { operation: 'chat', api: 'responses', apiType: 'responses' };
const IMAGES: Endpoint = { operation: 'image_generation', api: 'images', outputType: 'image' };

// A path that ends with another one comes first.
const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['/chat/completions', { operation: 'chat', api: 'chat', apiType: 'chat_completions' }],
  ['/responses', RESPONSES],
  ['/responses/compact', RESPONSES],
  ['/embeddings', { operation: 'embeddings', api: 'embeddings' }],
  ['/completions', { operation: 'text_completion', api: 'completions', outputType: 'text' }],
  ['/images/generations', IMAGES],
  ['/images/edits', IMAGES],
  ['/images/variations', IMAGES],
  ['/audio/speech', { operation: 'speech', api: 'speech', outputType: 'speech' }],
  ['/audio/transcriptions', { operation: 'transcription', api: 'audio', outputType: 'text' }],
  ['/audio/translations', { operation: 'translation', api: 'audio', outputType: 'text' }],
  ['/moderations', { operation: 'moderation', api: 'moderations' }],
]);

/** The endpoint that a request goes to; undefined where it is no inference. */
export function endpointOf(options: RequestOptions): Endpoint | undefined {
  const { method, path } = options;
  if (typeof path !== 'string' || typeof method !== 'string') return undefined;
  if (method !== 'post' && method.toLowerCase() !== 'post') return undefined;
  return ENDPOINTS.get(path) ?? endpointOfLongPath(path);
}

/** `/responses?beta=true`, `/deployments/NAME/chat/completions`, `https://host/v1/embeddings`. */
function endpointOfLongPath(path: string): Endpoint | undefined {
  const query = path.indexOf('?');
  const plain = query === -1 ? path : path.slice(0, query);
  const known = ENDPOINTS.get(plain);
  if (known !== undefined || !(plain.includes('/deployments/') || plain.includes('://'))) return known;
  for (const [end, endpoint] of ENDPOINTS) if (plain.endsWith(end)) return endpoint;
  return undefined;
}
