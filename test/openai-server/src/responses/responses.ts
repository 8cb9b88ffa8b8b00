import { exampleCalls } from './response-tools.ts';
import { charge } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { numberOf, objectOf, stringOf } from '../http/json.ts';
import { isKnown, snapshotOf } from '../model.ts';
import { badRequest, errorOf, refuse } from '../http/refuse.ts';
import type { ApiError } from '../http/refuse.ts';
import { replyJson, replyStream } from '../http/reply.ts';
import { makeResponse } from './response-object.ts';
import type { ResponseAnswer } from './response-object.ts';
import { responseEvents } from './response-events.ts';

/** A stored response and how far it is: a background one needs two polls to complete, as a slow one would. */
interface Stored {
  readonly answer: ResponseAnswer;
  status: 'queued' | 'in_progress' | 'cancelled' | 'done';
}

/** `POST /responses`, and below it: `GET` and `DELETE /responses/{id}`, `POST /responses/{id}/cancel`. */
export async function responses(exchange: Exchange): Promise<void> {
  const [, , id, action] = exchange.route.split('/');
  const { method } = exchange.request;
  if (id === undefined) {
    return method === 'POST' ? create(exchange) : refuse(exchange, errorOf(404));
  }
  const stored = exchange.state.objects.get(id) as Stored | undefined;
  if (stored === undefined) return refuse(exchange, notFound(id));
  if (method === 'POST' && action === 'cancel') return cancel(exchange, stored);
  if (method === 'DELETE') {
    exchange.state.objects.delete(id);
    return replyJson(exchange, { id, object: 'response', deleted: true });
  }
  if (method === 'GET' && action === undefined) return retrieve(exchange, stored);
  return refuse(exchange, errorOf(404));
}

async function create(exchange: Exchange): Promise<void> {
  const { json, host, state } = exchange;
  const asked = stringOf(json['model']);
  if (asked === undefined)
    return refuse(exchange, badRequest("Missing required parameter: 'model'.", 'model'));
  if (json['input'] === undefined)
    return refuse(exchange, badRequest("Missing required parameter: 'input'.", 'input'));
  if (!isKnown(asked)) return refuse(exchange, errorOf(404));
  const previous = stringOf(json['previous_response_id']);
  if (previous !== undefined && !state.objects.has(previous)) {
    const message = `Previous response with id '${previous}' not found.`;
    return refuse(exchange, {
      ...badRequest(message, 'previous_response_id'),
      code: 'previous_response_not_found',
    });
  }

  const model = snapshotOf(asked, host);
  const answer = makeResponse(exchange, model, exampleCalls(exchange));
  const isBackground = json['background'] === true;
  const stored: Stored = { answer, status: isBackground ? 'queued' : 'done' };
  if (json['store'] !== false) state.objects.set(answer.id, stored);
  if (json['stream'] === true) return stream(exchange, stored);
  if (isBackground) return replyJson(exchange, { ...answer.unfinished, status: 'queued' });
  bill(exchange, answer);
  replyJson(exchange, answer.final);
}

/**
 * A stream that breaks off is billed for the input and for the tokens that were sent, as with chat. A background
 * response goes on without its reader, so it is billed whole.
 */
async function stream(exchange: Exchange, stored: Stored, after = -1): Promise<void> {
  const { answer } = stored;
  const made = { tokens: 0 };
  const isBackground = answer.final['background'] === true;
  const error = errorOf(500);
  const errorEvent = {
    name: 'error',
    data: { type: 'error', code: 'server_error', message: error.message, param: null, sequence_number: 99 },
  };
  const events = responseEvents(answer, made).filter(
    ({ data }) => (numberOf(objectOf(data)['sequence_number']) ?? 0) > after,
  );
  const isFirst = stored.status === 'queued' || !isBackground;
  stored.status = 'done';
  if (isBackground && isFirst) bill(exchange, answer);
  const end = await replyStream(exchange, events, { errorEvent });
  if (isBackground || end === 'error') return;
  if (end === 'done') return bill(exchange, answer);
  const thought = answer.usage.reasoningOutputTokens ?? 0;
  const outputTokens = made.tokens === 0 ? 0 : made.tokens + thought;
  charge(exchange, { ...answer, usage: { ...answer.usage, outputTokens }, complete: false });
}

async function retrieve(exchange: Exchange, stored: Stored): Promise<void> {
  const { query, host } = exchange;
  const { answer, status } = stored;
  // What is billed belongs to the request that created the response, so its path and its user.
  const asCreated: Exchange = { ...exchange, json: answer.request, route: '/responses', host };
  if (query.get('stream') === 'true')
    return stream(asCreated, stored, Number(query.get('starting_after') ?? -1));
  switch (status) {
    case 'queued':
      stored.status = 'in_progress';
      return replyJson(exchange, { ...answer.unfinished, status: 'in_progress' });
    case 'in_progress':
      stored.status = 'done';
      bill(asCreated, answer);
      return replyJson(exchange, answer.final);
    case 'cancelled':
      return replyJson(exchange, { ...answer.unfinished, status: 'cancelled' });
    default:
      return replyJson(exchange, answer.final);
  }
}

function cancel(exchange: Exchange, stored: Stored): void {
  const { answer, status } = stored;
  if (answer.final['background'] !== true) {
    return refuse(exchange, badRequest('Only responses created with background=true can be cancelled.'));
  }
  if (status === 'done') return replyJson(exchange, answer.final);
  stored.status = 'cancelled';
  replyJson(exchange, { ...answer.unfinished, status: 'cancelled' });
}

/** A failed response costs nothing; an incomplete one costs what it used. */
function bill(exchange: Exchange, answer: ResponseAnswer): void {
  if (answer.final['status'] !== 'failed') charge(exchange, answer);
}

function notFound(id: string): ApiError {
  return { ...errorOf(404), message: `Response with id '${id}' not found.`, code: null };
}
