/** Where a kind of token has no price of its own, whether it costs as much as text. */
export interface TokenRules {
  /** OpenAI prices text and audio apart on every model: without an audio price there is no cost. */
  readonly audioAsText: boolean;
}
