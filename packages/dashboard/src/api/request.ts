import { ApiFailure, failureOf } from './failure.ts';
import { projectHeaders } from './projects/page-project.ts';

/** The parameters of a query string, without those that are undefined. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Creates a path of the API. Its parts are escaped, so an id can have any characters. */
export function apiPath(parts: readonly string[], query: Query = {}): string {
  const params = new URLSearchParams();
  // URL parsers resolve `.` and `..` even if they are escaped, so such an id is sent in the query.
  const dots = parts.find((part) => part === '.' || part === '..');
  if (dots !== undefined) params.set('id', dots);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) {
      if (one !== undefined && one !== '') params.append(name, String(one));
    }
  }
  const path = `/api/${parts.map((part) => (part === dots ? '~' : encodeURIComponent(part.toWellFormed()))).join('/')}`;
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Requests JSON from the collector. Throws {@link ApiFailure} if that fails. */
export async function getJson<Answer>(
  path: string,
  signal?: AbortSignal,
  /** A project other than that of the page. */
  project?: string,
): Promise<Answer> {
  const response = await send('GET', path, {
    ...(signal === undefined ? {} : { signal }),
    ...(project === undefined ? {} : { headers: projectHeaders(project) }),
  });
  return (await response.json()) as Answer;
}

/** Reads the rows of all pages of a list as they arrive. */
export async function* streamRows<Row>(path: string): AsyncGenerator<Row> {
  const response = await send('GET', path, { headers: { accept: 'application/x-ndjson' } });
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value = '' } = await reader.read();
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') yield JSON.parse(line) as Row;
    }
    if (done) break;
  }
  if (rest !== '') yield JSON.parse(rest) as Row;
}

/** Sends a change to the collector. The session is a cookie, and a form on another site cannot send JSON. */
export async function sendJson<Answer>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  return answerOf(
    await send(
      method,
      path,
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
    ),
  );
}

/** Sends the text of a file, e.g. `text/csv`. */
export async function sendText<Answer>(
  method: 'POST' | 'PUT',
  path: string,
  body: string,
  contentType: string,
): Promise<Answer> {
  return answerOf(await send(method, path, { body, headers: { 'content-type': contentType } }));
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** How long the answer to an early request may be used. */
const earlyMs = 10_000;

const early = new Map<string, { readonly answer: Promise<Response>; readonly atMs: number }>();

/** Sends a request before {@link getJson} is called with the same path. The first such call takes the answer. */
export function askEarly(path: string): Promise<Response> {
  const answer = ask('GET', path, {});
  // Avoids an unhandled rejection if nobody takes the answer.
  answer.catch(() => undefined);
  early.set(path, { answer, atMs: performance.now() });
  return answer;
}

/** Whether the path was already requested by {@link askEarly}. */
export function isAskedEarly(path: string): boolean {
  return early.has(path);
}

function takeEarly(path: string): Promise<Response> | undefined {
  const found = early.get(path);
  early.delete(path);
  return found !== undefined && performance.now() - found.atMs < earlyMs ? found.answer : undefined;
}

function ask(method: string, path: string, init: Sending): Promise<Response> {
  return fetch(path, {
    ...init,
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json', ...projectHeaders(), ...init.headers },
  });
}

const refused = new Set<() => void>();

/**
 * Calls `listener` when the collector refuses a request without a valid session. Returns a function that removes the
 * listener.
 */
export function onSignedOut(listener: () => void): () => void {
  refused.add(listener);
  return () => refused.delete(listener);
}

interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

async function send(method: string, path: string, init: Sending): Promise<Response> {
  const request = `${method} ${path.split('?')[0]}`;
  let response: Response;
  try {
    // Early requests are of the project of the page, and ask for JSON.
    const isOfPage = method === 'GET' && init.headers === undefined;
    response = await ((isOfPage ? takeEarly(path) : undefined) ?? ask(method, path, init));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiFailure(0, request, 'The collector does not answer. Check whether it is running.');
  }
  if (!response.ok) {
    if (response.status === 401) for (const listener of refused) listener();
    throw await failureOf(response, request);
  }
  return response;
}
