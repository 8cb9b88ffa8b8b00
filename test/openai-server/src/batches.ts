import type { Exchange } from './http/exchange.ts';
import { fileContent, storeFile } from './files.ts';
import { objectOf, stringOf } from './http/json.ts';
import type { Json } from './http/json.ts';
import { badRequest, errorOf, refuse } from './http/refuse.ts';
import { replyJson } from './http/reply.ts';
import { scenarioOf } from './scenario.ts';
import { promptOf } from './prompt.ts';

/** `POST /batches`, `GET /batches`, `GET /batches/{id}`, `POST /batches/{id}/cancel`. The second poll finds it done. */
export async function batches(exchange: Exchange): Promise<void> {
  const { state, route, request } = exchange;
  const [, , id, action] = route.split('/');
  if (id === undefined) {
    if (request.method === 'POST') return create(exchange);
    const data = [...state.objects.values()].map(objectOf).filter(({ object }) => object === 'batch');
    return replyJson(exchange, { object: 'list', data, has_more: false });
  }
  const batch = objectOf(state.objects.get(id));
  if (batch['object'] !== 'batch')
    return refuse(exchange, { ...errorOf(404), message: `No batch found with id '${id}'.` });
  const next = action === 'cancel' ? cancelled(exchange, batch) : await advanced(exchange, batch);
  state.objects.set(id, next);
  replyJson(exchange, next);
}

function create(exchange: Exchange): void {
  const { state, json } = exchange;
  const input = fileContent(state, stringOf(json['input_file_id']) ?? '');
  if (input === undefined) return refuse(exchange, badRequest('Invalid input_file_id.', 'input_file_id'));
  const batch = {
    id: state.nextId('batch_'),
    object: 'batch',
    endpoint: json['endpoint'],
    errors: null,
    input_file_id: json['input_file_id'],
    completion_window: json['completion_window'] ?? '24h',
    status: 'validating',
    output_file_id: null,
    error_file_id: null,
    created_at: state.now(),
    request_counts: { total: linesOf(input).length, completed: 0, failed: 0 },
    metadata: json['metadata'] ?? null,
  };
  state.objects.set(batch.id, batch);
  replyJson(exchange, batch);
}

async function advanced(exchange: Exchange, batch: Json): Promise<Json> {
  const { state } = exchange;
  if (batch['status'] === 'validating')
    return { ...batch, status: 'in_progress', in_progress_at: state.now() };
  if (batch['status'] !== 'in_progress') return batch;

  const good: string[] = [];
  const bad: string[] = [];
  for (const line of linesOf(fileContent(state, stringOf(batch['input_file_id']) ?? ''))) {
    const answer = await runLine(exchange, objectOf(JSON.parse(line)));
    (answer.isGood ? good : bad).push(JSON.stringify(answer.line));
  }
  const store = (name: string, lines: readonly string[]): string | null =>
    lines.length === 0
      ? null
      : storeFile(state, name, 'batch_output', Buffer.from(lines.map((line) => `${line}\n`).join(''))).id;
  return {
    ...batch,
    status: 'completed',
    output_file_id: store('output.jsonl', good),
    error_file_id: store('errors.jsonl', bad),
    completed_at: state.now(),
    request_counts: { total: good.length + bad.length, completed: good.length, failed: bad.length },
  };
}

function cancelled({ state }: Exchange, batch: Json): Json {
  const isOver = batch['status'] === 'completed' || batch['status'] === 'cancelled';
  return isOver ? batch : { ...batch, status: 'cancelled', cancelled_at: state.now() };
}

/** One line of the input file through the endpoint that it names, billed at the batch price. */
async function runLine(exchange: Exchange, line: Json): Promise<{ isGood: boolean; line: Json }> {
  const { state } = exchange;
  const body = objectOf(line['body']);
  const route = (stringOf(line['url']) ?? '').replace(/^\/v1/, '');
  let status = 500;
  let answer: unknown;
  const inner: Exchange = {
    ...exchange,
    route,
    json: { ...body, stream: false },
    scenario: scenarioOf(undefined, promptOf(body)),
    isBatch: true,
    send(code, value) {
      status = code;
      answer = value;
    },
  };
  if (inner.scenario.fail !== undefined) refuse(inner, errorOf(inner.scenario.fail));
  else await exchange.dispatch(inner);
  return {
    isGood: status === 200,
    line: {
      id: state.nextId('batch_req_'),
      custom_id: line['custom_id'] ?? null,
      response: { status_code: status, request_id: state.nextId('req_'), body: answer },
      error: null,
    },
  };
}

function linesOf(content: Buffer | undefined): string[] {
  return (content?.toString('utf8') ?? '').split('\n').filter((line) => line.trim() !== '');
}
