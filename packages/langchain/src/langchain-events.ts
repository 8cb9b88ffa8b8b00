/**
 * The parts of LangChain's callback values that are read, as our own shapes: the package's types change from version to
 * version, and an application that compiles against ours should not need the same one.
 */

/** What a component was made from. */
export interface Serialized {
  readonly id?: readonly string[];
  readonly name?: string;
  readonly kwargs?: unknown;
}

/** `metadata` of a run: the caller's own, and what LangChain and LangGraph add. */
export type Metadata = Readonly<Record<string, unknown>>;

/** What a model answered. */
export interface LLMResult {
  readonly generations?: readonly (readonly Generation[])[];
  readonly llmOutput?: Readonly<Record<string, unknown>> | undefined;
}

/** One of the answers. */
export interface Generation {
  readonly text?: string;
  readonly generationInfo?: Readonly<Record<string, unknown>> | undefined;
  /** Of chat models. */
  readonly message?: Message;
}

/** A message, in or out. */
export interface Message {
  readonly id?: string | undefined;
  readonly content?: unknown;
  readonly response_metadata?: Readonly<Record<string, unknown>>;
  readonly usage_metadata?: unknown;
  readonly tool_calls?: unknown;
  readonly tool_call_id?: unknown;
  /** `human`, `ai`, `system`, `tool`. */
  getType?(): string;
  _getType?(): string;
}
