import type { BilledUsage } from '../billing/bill.ts';
import { charge } from '../http/exchange.ts';
import type { Exchange } from '../http/exchange.ts';
import { numberOf, stringOf } from '../http/json.ts';
import { isKnown } from '../model.ts';
import { badRequest, errorBody, errorOf, refuse } from '../http/refuse.ts';
import { replyJson, replyStream } from '../http/reply.ts';
import type { StreamEvent } from '../http/reply.ts';
import { countTokens } from '../words.ts';

/** Tokens of one picture of the GPT image models, by quality: square, upright, lying. */
const PICTURE_TOKENS: Readonly<Record<string, readonly [number, number, number]>> = {
  low: [272, 408, 400],
  medium: [1056, 1584, 1568],
  high: [4160, 6240, 6208],
};
const PARTIAL_TOKENS = 100;
const INPUT_PICTURE_TOKENS = 194;
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** `POST /images/generations`, `/images/edits` and `/images/variations`: by the piece (dall-e) or by token (GPT image). */
export async function images(exchange: Exchange): Promise<void> {
  const { json, route, state } = exchange;
  const kind = route.slice('/images/'.length);
  const model = stringOf(json['model']) ?? 'dall-e-2';
  if (!isKnown(model)) return refuse(exchange, errorOf(404));
  const prompt = stringOf(json['prompt']);
  if (prompt === undefined && kind !== 'variations') {
    return refuse(exchange, badRequest("Missing required parameter: 'prompt'.", 'prompt'));
  }
  const pictures = Array.isArray(json['image']) ? json['image'].length : json['image'] === undefined ? 0 : 1;
  if (kind !== 'generations' && pictures === 0) {
    return refuse(exchange, badRequest("Missing required parameter: 'image'.", 'image'));
  }
  const id = state.nextId('img_');
  return model.startsWith('dall-e')
    ? byThePiece(exchange, id, model)
    : byToken(exchange, { id, model, kind, prompt: prompt ?? '', pictures });
}

function byThePiece(exchange: Exchange, id: string, model: string): void {
  const { json, state } = exchange;
  const usage: BilledUsage = {
    images: numberOf(json['n']) ?? 1,
    imageSize: stringOf(json['size']) ?? '1024x1024',
    imageQuality: stringOf(json['quality']) ?? 'standard',
  };
  charge(exchange, { id, model, usage });
  const picture =
    json['response_format'] === 'b64_json'
      ? { b64_json: PIXEL }
      : { url: `https://images.example/${id}.png` };
  const revised = model === 'dall-e-3' ? { revised_prompt: stringOf(json['prompt']) } : {};
  const data = Array.from({ length: usage.images ?? 1 }, () => ({ ...revised, ...picture }));
  replyJson(exchange, { created: state.now(), data });
}

interface TokenPicture {
  readonly id: string;
  readonly model: string;
  readonly kind: string;
  readonly prompt: string;
  readonly pictures: number;
}

async function byToken(
  exchange: Exchange,
  { id, model, kind, prompt, pictures }: TokenPicture,
): Promise<void> {
  const { json, scenario, state } = exchange;
  const asked = stringOf(json['quality']) ?? 'auto';
  const quality = asked in PICTURE_TOKENS ? asked : 'medium';
  const size = stringOf(json['size']) ?? '1024x1024';
  const [width = 1, height = 1] = size.split('x').map(Number);
  const shape = width === height ? 0 : width < height ? 1 : 2;
  const count = numberOf(json['n']) ?? 1;
  const partials = json['stream'] === true ? (numberOf(json['partial_images']) ?? 0) : 0;
  const text = countTokens(prompt);
  const imageInputTokens = scenario.usage?.['imageInputTokens'] ?? pictures * INPUT_PICTURE_TOKENS;
  const usage: BilledUsage = {
    inputTokens: text + imageInputTokens,
    outputTokens: count * (PICTURE_TOKENS[quality]?.[shape] ?? 1056) + partials * PARTIAL_TOKENS,
    ...scenario.usage,
    imageInputTokens,
  };
  const input = usage.inputTokens ?? 0;
  const output = usage.outputTokens ?? 0;
  const wire = {
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    input_tokens_details: { text_tokens: input - imageInputTokens, image_tokens: imageInputTokens },
  };
  const look = { background: 'opaque', output_format: 'png', quality, size };

  if (json['stream'] !== true) {
    charge(exchange, { id, model, usage });
    const data = Array.from({ length: count }, () => ({ b64_json: PIXEL }));
    const counts = scenario.noUsage === true ? {} : { usage: wire };
    return replyJson(exchange, { created: state.now(), ...look, data, ...counts });
  }

  const family = kind === 'edits' ? 'image_edit' : 'image_generation';
  const event = (name: string, fields: object): StreamEvent => ({
    name: `${family}.${name}`,
    data: { type: `${family}.${name}`, created_at: state.now(), ...look, b64_json: PIXEL, ...fields },
  });
  const events = Array.from({ length: partials }, (_, i) =>
    event('partial_image', { partial_image_index: i }),
  );
  events.push(event('completed', { usage: wire }));
  const errorEvent = { name: 'error', data: { type: 'error', ...errorBody(errorOf(500)) } };
  const end = await replyStream(exchange, events, { errorEvent });
  // A picture is one piece of work: begun is billed, seen or not.
  if (end !== 'error') charge(exchange, { id, model, usage, complete: end === 'done' });
}
