import type { Usage } from './usage/usage.ts';

/** One call to price. */
export interface PriceRequest {
  /** `gen_ai.provider.name`, or any usual spelling of it: `openai`, `azure.ai.openai`, `x_ai`, `openrouter`. */
  readonly provider: string;
  /** The model that answered (the response's), which may be dated: `gpt-4o-mini-2024-07-18`. */
  readonly model?: string | undefined;
  /** The model that was asked for; used where the response names none, and for the user's own prices and aliases. */
  readonly requestModel?: string | undefined;
  readonly usage?: Usage | undefined;
  /** The response's service tier: `default`, `flex`, `priority`. */
  readonly serviceTier?: string | null | undefined;
  /** The request's service tier; used only where the response has none. `auto` is standard. */
  readonly requestServiceTier?: string | null | undefined;
  /** `true` for a call of the batch API; no response says so. */
  readonly batch?: boolean | undefined;
  /** When the call was made; milliseconds since the Unix epoch, an ISO 8601 string or a Date. */
  readonly at: number | string | Date;
  /** Base URL of the client; a host that is known beats `provider`. */
  readonly baseUrl?: string | undefined;
  /** `output` of an OpenAI response: its web and file searches are counted where `usage` does not say. */
  readonly output?: readonly unknown[] | undefined;
}
