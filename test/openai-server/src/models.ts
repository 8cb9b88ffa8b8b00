import type { Exchange } from './http/exchange.ts';
import { isKnown, knownModels } from './model.ts';
import { errorOf, refuse } from './http/refuse.ts';
import { replyJson } from './http/reply.ts';

const describe = (id: string): object => ({
  id,
  object: 'model',
  created: 1_700_000_000,
  owned_by: 'openai',
});

/** `GET /models` and `GET /models/{id}`. */
export function models(exchange: Exchange): void {
  const id = exchange.route.split('/')[2];
  if (id === undefined) return replyJson(exchange, { object: 'list', data: knownModels().map(describe) });
  const name = decodeURIComponent(id);
  if (!isKnown(name)) return refuse(exchange, errorOf(404));
  replyJson(exchange, describe(name));
}
