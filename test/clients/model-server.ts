import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The answer to each request. */
export const ANSWERED = {
  anthropic: { input: 12, cached: 1000, cacheWrite: 50, output: 34 },
  google: { input: 1200, cached: 800, output: 34, thoughts: 20 },
} as const;

/** Speaks the APIs of Anthropic and Google, as far as their coding agents call them. */
export interface ModelServer {
  readonly url: string;
  /** Requests to a model since the server was started. */
  requests(): number;
  close(): Promise<void>;
}

export async function startModelServer(): Promise<ModelServer> {
  let requests = 0;
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const path = (message.url ?? '').split('?', 1)[0] ?? '';
      const isAnthropic = path.endsWith('/v1/messages');
      const model = isAnthropic
        ? (JSON.parse(Buffer.concat(chunks).toString()) as { model: string }).model
        : /\/models\/([^:]+):\w*[gG]enerateContent/.exec(path)?.[1];
      if (model === undefined) {
        response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
        return;
      }
      requests += 1;
      if (isAnthropic) {
        answerAsAnthropic(response, model, requests);
      } else {
        answerAsGoogle(response, model, requests, path.includes(':stream'));
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Claude Code asks for streams only. */
function answerAsAnthropic(response: ServerResponse, model: string, at: number): void {
  const { input, cached, cacheWrite, output } = ANSWERED.anthropic;
  const usage = {
    input_tokens: input,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: cacheWrite,
    service_tier: 'standard',
  };
  const message = { id: `msg_${at}`, type: 'message', role: 'assistant', model, content: [] };
  const events = [
    { type: 'message_start', message: { ...message, usage: { ...usage, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello there' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { ...usage, output_tokens: output },
    },
    { type: 'message_stop' },
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': `req_${process.pid}_${at}` });
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
}

function answerAsGoogle(response: ServerResponse, model: string, at: number, isStream: boolean): void {
  const { input, cached, output, thoughts } = ANSWERED.google;
  const answer = JSON.stringify({
    candidates: [
      { content: { role: 'model', parts: [{ text: 'Hello there' }] }, finishReason: 'STOP', index: 0 },
    ],
    usageMetadata: {
      promptTokenCount: input,
      cachedContentTokenCount: cached,
      candidatesTokenCount: output,
      thoughtsTokenCount: thoughts,
      totalTokenCount: input + output + thoughts,
    },
    modelVersion: model,
    responseId: `response-${process.pid}-${at}`,
  });
  response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
  response.end(isStream ? `data: ${answer}\n\n` : answer);
}
