// The answers of the fake OpenAI API for packages/openai/bench/openai.mjs, on a socket and in the process.

const CHUNKS = 200;
const usage = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 };
const head = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp',
};
export const answer = Buffer.from(
  JSON.stringify({
    ...head,
    choices: [
      { index: 0, message: { role: 'assistant', content: 'word '.repeat(40) }, finish_reason: 'stop' },
    ],
    usage,
  }),
);
const encoder = new TextEncoder();
const event = (fields) =>
  encoder.encode(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...fields })}\n\n`);
const chunk = (delta, finish_reason, more) =>
  event({ choices: [{ index: 0, delta, finish_reason }], ...more, obfuscation: 'x7Kp' });
/** As the API sends them: with `include_usage` every chunk has the field, and one chunk more brings the counts. */
const chunksOf = (more) => [
  ...Array.from({ length: CHUNKS }, () => chunk({ content: 'word ' }, null, more)),
  chunk({}, 'stop', more),
];
const done = encoder.encode('data: [DONE]\n\n');
const plainStream = [...chunksOf({}), done];
const countedStream = [...chunksOf({ usage: null }), event({ choices: [], usage }), done];

/** Returns the stream that a request asks for, or undefined if it asks for none. */
export function streamFor(body) {
  if (!body.includes('"stream":true')) return undefined;
  return body.includes('"include_usage":true') ? countedStream : plainStream;
}

/** A `fetch` without a socket, so that only the library and the instrumentation are measured. */
export async function answerInProcess(_url, init) {
  const chunks = streamFor(init.body);
  if (chunks === undefined) {
    return new Response(answer, { headers: { 'content-type': 'application/json' } });
  }
  let at = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (at < chunks.length) controller.enqueue(chunks[at++]);
      else controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
