// Fake APIs of Anthropic and Google over HTTP, with the endpoints that the examples need. The question sets the token counts,
// and the APIs keep a bill.
import { createServer } from 'node:http';

const OUTPUT_TOKENS = 7;
/** US dollars per million tokens of input and output, copied by hand from the vendors' pages. */
const PRICES = { 'claude-haiku-4-5': [1, 5], 'gemini-2.5-flash': [0.3, 2.5] };

export async function startVendors() {
  const bills = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const inputTokens = Number(/input (\d+)/.exec(text)?.[1] ?? 1);
    const model = /claude-haiku-4-5|gemini-2\.5-flash/.exec(text + request.url)?.[0] ?? 'unknown';
    bills.push({ usage: { inputTokens }, usd: usdOf(model, inputTokens) });
    const answer = request.url.startsWith('/v1/messages')
      ? claude(model, inputTokens)
      : gemini(model, inputTokens);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    bills,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function usdOf(model, inputTokens) {
  const [input, output] = PRICES[model] ?? [0, 0];
  const tenths =
    BigInt(Math.round(input * 10)) * BigInt(inputTokens) + BigInt(output * 10) * BigInt(OUTPUT_TOKENS);
  return `0.${String(tenths).padStart(7, '0')}`.replace(/0+$/, '');
}

function claude(model, inputTokens) {
  return {
    id: `msg_${inputTokens}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: 'In Norway.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: inputTokens, output_tokens: OUTPUT_TOKENS },
  };
}

function gemini(model, inputTokens) {
  return {
    candidates: [
      { content: { role: 'model', parts: [{ text: 'In Norway.' }] }, finishReason: 'STOP', index: 0 },
    ],
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount: OUTPUT_TOKENS,
      totalTokenCount: inputTokens + OUTPUT_TOKENS,
    },
    modelVersion: model,
  };
}
