import type { Usage } from './usage/usage.ts';

/** One call to price. */
export interface PriceRequest {
  /** `gen_ai.provider.name`, or any usual spelling of it: `openai`, `azure.ai.openai`, `x_ai`, `openrouter`. */
  readonly provider: string;
  /** The response's model, which may be a dated snapshot: `gpt-4o-mini-2024-07-18`. */
  readonly model?: string | undefined;
  /** The request's model. Used if the response names none, and for the user's own prices and aliases. */
  readonly requestModel?: string | undefined;
  readonly usage?: Usage | undefined;
  /** The response's service tier: `default`, `flex`, `priority`. */
  readonly serviceTier?: string | null | undefined;
  /** The request's service tier, used only if the response has none. `auto` means standard. */
  readonly requestServiceTier?: string | null | undefined;
  /** Whether the call was made through the batch API. Responses do not tell. */
  readonly batch?: boolean | undefined;
  /** When the call was made; milliseconds since the Unix epoch, an ISO 8601 string or a Date. */
  readonly at: number | string | Date;
  /** Base URL of the client. A known host takes precedence over `provider`. */
  readonly baseUrl?: string | undefined;
  /** `output` of an OpenAI response: its web and file searches are counted if `usage` does not include them. */
  readonly output?: readonly unknown[] | undefined;
}
