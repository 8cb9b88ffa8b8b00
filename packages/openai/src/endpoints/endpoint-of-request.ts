import { AGENT_EVENTS, BILLED_ENDPOINTS } from './billed-endpoints.ts';
import { FREE_ENDPOINTS } from './free-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import type { RequestOptions } from '../patch/client-internals.ts';

const PLAIN = new Map<string, Endpoint>();
/** First segment -> paths with ids. */
const PATTERNS = new Map<string, (readonly [segments: readonly string[], endpoint: Endpoint])[]>();
const AGENT_EVENTS_PATH: readonly string[] = ['agents', 'sessions', '{}', 'events'];
/** The segments, below the base URL, of all billed paths. */
const BILLED_SEGMENTS: readonly (readonly string[])[] = BILLED_ENDPOINTS.map(({ path }) =>
  path.slice(1).split('/'),
);
/** First segments of all paths that the library uses. */
const ROOTS = new Set(FREE_ENDPOINTS.map(rootOf));

for (const { path, endpoint } of BILLED_ENDPOINTS) {
  const root = rootOf(path);
  ROOTS.add(root);
  if (endpoint === undefined) continue;
  if (!path.includes('{}')) PLAIN.set(path, endpoint);
  else PATTERNS.set(root, [...(PATTERNS.get(root) ?? []), [path.split('/'), endpoint]]);
}

/** The endpoint of a request; undefined if it is not billed. */
export function endpointOf(options: RequestOptions): Endpoint | undefined {
  const { method, path } = options;
  if (typeof path !== 'string' || typeof method !== 'string') return undefined;
  if (method !== 'post' && method.toLowerCase() !== 'post') {
    return options.stream === true && hasEnd(path, AGENT_EVENTS_PATH) ? AGENT_EVENTS : undefined;
  }
  return PLAIN.get(path) ?? endpointOfLongPath(path);
}

/** Whether a path, without its base URL, belongs to OpenAI's API. */
export function isOpenAIPath(path: string | undefined): boolean {
  return path !== undefined && (ROOTS.has(rootOf(path)) || endpointOfLongPath(path) !== undefined);
}

/** Whether a path with its base URL, such as `/openai/v1/responses?x=1`, ends with a billed path. */
export function isBilledUrlPath(path: string): boolean {
  const segments = withoutQuery(path).split('/');
  return BILLED_SEGMENTS.some(
    (pattern) => segments.length >= pattern.length && matches(segments.slice(-pattern.length), pattern),
  );
}

/**
 * `/responses?beta=true`, `/threads/ID/runs`, `/deployments/NAME/chat/completions`, `https://host/v1/embeddings`, and paths
 * as apps write them: `v1/responses`, `//responses/`.
 */
function endpointOfLongPath(path: string): Endpoint | undefined {
  const plain = withoutQuery(path);
  return PLAIN.get(plain) ?? endpointOfPattern(plain) ?? endpointOfEnd(plain);
}

/** Whether a path as apps write it ends with a path of the API. */
export function hasEnd(path: string, pattern: readonly string[]): boolean {
  const segments = segmentsOf(withoutQuery(path));
  const at = segments.length - pattern.length;
  return at >= 0 && matches(segments.slice(at), pattern) && isPrefix(segments.slice(0, at));
}

/**
 * The paths below the base URL that a path as apps write it may mean: without a version, a prefix of Azure or a host, and
 * without additional slashes and a query. `https://host/v1/responses/ID?x=1` may mean `/responses/ID`.
 */
export function apiPathsOf(path: string): readonly string[] {
  const segments = segmentsOf(withoutQuery(path));
  const paths: string[] = [];
  for (let at = 0; at < segments.length; at += 1) {
    if (isPrefix(segments.slice(0, at))) paths.push(`/${segments.slice(at).join('/')}`);
  }
  return paths;
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** The endpoint of a path with a prefix, or with additional slashes. */
function endpointOfEnd(path: string): Endpoint | undefined {
  const segments = segmentsOf(path);
  for (let i = 0; i < BILLED_SEGMENTS.length; i += 1) {
    const endpoint = BILLED_ENDPOINTS[i]?.endpoint;
    const pattern = BILLED_SEGMENTS[i] ?? [];
    const at = segments.length - pattern.length;
    if (endpoint === undefined || at < 0 || !matches(segments.slice(at), pattern)) continue;
    if (isPrefix(segments.slice(0, at))) return endpoint;
  }
  return undefined;
}

/** Whether segments may precede a path: none, a version, Azure's prefix, a deployment, or those of a whole URL. */
function isPrefix(segments: readonly string[]): boolean {
  const last = segments.at(-1);
  if (last === undefined || last === 'openai' || segments.at(-2) === 'deployments') return true;
  return /^v\d\w*$/.test(last) || segments[0]?.endsWith(':') === true;
}

function endpointOfPattern(path: string): Endpoint | undefined {
  const patterns = PATTERNS.get(rootOf(path));
  if (patterns === undefined) return undefined;
  const segments = path.split('/');
  for (const [pattern, endpoint] of patterns) if (matches(segments, pattern)) return endpoint;
  return undefined;
}

function matches(segments: readonly string[], pattern: readonly string[]): boolean {
  if (segments.length !== pattern.length) return false;
  for (let i = 0; i < pattern.length; i += 1) {
    if (pattern[i] === '{}' ? segments[i] === '' : pattern[i] !== segments[i]) return false;
  }
  return true;
}

function withoutQuery(path: string): string {
  const end = path.search(/[?#]/);
  return end === -1 ? path : path.slice(0, end);
}

function rootOf(path: string): string {
  return /^\/[^/?]*/.exec(path)?.[0] ?? '';
}
