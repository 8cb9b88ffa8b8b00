/**
 * Our own types for the parts of LangChain's callback values that are read. LangChain's types change between versions,
 * and applications that compile against this package should not need a certain one.
 */

/** The serialized form of a component. */
export interface Serialized {
  readonly id?: readonly string[];
  readonly name?: string;
  readonly kwargs?: unknown;
}

/** `metadata` of a run: the caller's, and fields that LangChain and LangGraph add. */
export type Metadata = Readonly<Record<string, unknown>>;

/** The answers of a model. */
export interface LLMResult {
  readonly generations?: readonly (readonly Generation[])[];
  readonly llmOutput?: Readonly<Record<string, unknown>> | undefined;
}

/** One of the answers. */
export interface Generation {
  readonly text?: string;
  readonly generationInfo?: Readonly<Record<string, unknown>> | undefined;
  /** Only for chat models. */
  readonly message?: Message;
}

/** An input or output message. */
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
