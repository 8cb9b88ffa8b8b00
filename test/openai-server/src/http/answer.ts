import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Exchange, ReceivedRequest, ServerState } from './exchange.ts';
import { readForm } from './form.ts';
import { placeOf } from './host.ts';
import { objectOf } from './json.ts';
import type { Json } from './json.ts';
import { promptOf } from '../prompt.ts';
import { badRequest, errorOf, refuse } from './refuse.ts';
import { pause, replyJson, replyStream } from './reply.ts';
import { handlerOf } from './route.ts';
import { scenarioOf } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

/** What `answer` needs of the server. */
export interface AnswerContext {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly state: ServerState;
  readonly requests: ReceivedRequest[];
  readonly script: Scenario[];
  readonly attempts: Map<string, number>;
  readonly defaults: Scenario;
}

/** Reads one request, plays its scenario, answers. */
export async function answer(context: AnswerContext): Promise<void> {
  const { message, response, state } = context;
  const rawBody = await readBody(message);
  if (rawBody === undefined) return;
  const method = message.method ?? 'GET';
  const path = message.url ?? '/';
  if (method === 'GET' && path === '/_bills') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(state.bills));
    return;
  }

  const request = { method, path, headers: message.headers, body: rawBody.toString('utf8') };
  context.requests.push(request);
  const { host, route, query, deployment } = placeOf(path);
  const parsed = await parseBody(request, rawBody);
  const json = deployment === undefined ? parsed : { model: deployment, ...parsed };
  const prompt = promptOf(json);
  const own = context.script.shift() ?? scenarioOf(headerOf(message, 'x-scenario'), prompt);
  const scenario = { ...context.defaults, ...own };
  const exchange: Exchange = {
    state,
    request,
    response,
    host,
    route,
    query,
    json: json ?? {},
    scenario,
    gone: goneSignal(response),
    send(status, body, headers) {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    },
    async dispatch(inner) {
      const handler = handlerOf(inner.isBatch === true ? 'POST' : method, inner.route);
      await handler?.(inner);
      return handler !== undefined;
    },
  };
  setCommonHeaders(exchange);
  if (await interfered(exchange, attemptOf(context, request))) return;
  if (json === undefined)
    return refuse(exchange, badRequest('We could not parse the JSON body of your request.'));
  if (await exchange.dispatch(exchange)) return;
  refuse(exchange, { ...errorOf(404), message: `Invalid URL (${method} ${path})`, code: null });
}

/** Plays what does not depend on the endpoint: errors, resets, silence, canned bodies. True when it has answered. */
async function interfered(exchange: Exchange, attempt: number): Promise<boolean> {
  const { scenario, response, gone } = exchange;
  await pause(scenario.waitMs, gone);
  const isMeant = scenario.failTimes === undefined || attempt <= scenario.failTimes;
  if (scenario.hang === true) return true;
  if (scenario.reset === true && isMeant) {
    response.socket?.resetAndDestroy();
    return true;
  }
  if (scenario.fail !== undefined && isMeant) {
    refuse(exchange, errorOf(scenario.fail));
    return true;
  }
  const unauthorised = keyError(exchange);
  if (unauthorised !== undefined) {
    refuse(exchange, errorOf(unauthorised));
    return true;
  }
  if (scenario.events !== undefined) {
    const events = scenario.events.map((data) => {
      const fields = objectOf(data);
      // An assistant's events have their name beside the data, as the client gives them.
      if (typeof fields['event'] === 'string') return { data: fields['data'], name: fields['event'] };
      const name = fields['type'];
      return typeof name === 'string' ? { data, name } : { data };
    });
    await replyStream(exchange, events, { after: 'data: [DONE]\n\n', errorEvent: { data: {} } });
    return true;
  }
  if (scenario.body !== undefined) {
    replyJson(exchange, scenario.body, scenario.status);
    return true;
  }
  return false;
}

/** 401 without a key or with `sk-wrong`, 403 with `sk-forbidden`. */
function keyError({ request }: Exchange): number | undefined {
  const azureKey = request.headers['api-key'];
  const key = request.headers.authorization?.replace(/^Bearer /, '') ?? azureKey;
  if (key === undefined || key === '' || key === 'sk-wrong') return 401;
  return key === 'sk-forbidden' ? 403 : undefined;
}

/** Which attempt of the same request this is, from 1: by the client's own count, else by counting equal requests. */
function attemptOf({ message, attempts }: AnswerContext, request: ReceivedRequest): number {
  const retries = headerOf(message, 'x-stainless-retry-count');
  if (retries !== undefined) return Number(retries) + 1;
  const key = `${request.method} ${request.path} ${headerOf(message, 'x-scenario') ?? ''} ${request.body}`;
  const attempt = (attempts.get(key) ?? 0) + 1;
  attempts.set(key, attempt);
  return attempt;
}

function setCommonHeaders({ response, state }: Exchange): void {
  response.setHeader('x-request-id', state.nextId('req_'));
  response.setHeader('openai-version', '2020-10-01');
  response.setHeader('openai-processing-ms', '1');
  response.setHeader('openai-organization', 'userspan-test');
  response.setHeader('x-ratelimit-limit-requests', '5000');
  response.setHeader('x-ratelimit-remaining-requests', '4999');
}

function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function parseBody(
  { headers, body }: ReceivedRequest,
  rawBody: Buffer,
): Json | undefined | Promise<Json | undefined> {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('multipart/')) return readForm(rawBody, type);
  if (body === '') return {};
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return undefined; // The caller left while sending.
  }
  return Buffer.concat(chunks);
}
