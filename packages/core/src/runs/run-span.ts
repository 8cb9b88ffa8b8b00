import type { Attributes, SpanKind } from '@opentelemetry/api';
import { SpanKind as Kind } from '@opentelemetry/api';

import { boundedJson } from '../text/bounded-json.ts';
import {
  ATTR_AGENT_NAME,
  ATTR_OPERATION_NAME,
  ATTR_PROVIDER_NAME,
  ATTR_REQUEST_MODEL,
  ATTR_TAGS,
  ATTR_TOOL_CALL_ARGUMENTS,
  ATTR_TOOL_CALL_RESULT,
  ATTR_TOOL_NAME,
  ATTR_TOOL_TYPE,
  ATTR_WORKFLOW_NAME,
} from '../semconv.ts';
import { isContentCaptured } from '../process/process-settings.ts';
import { toTags } from '../text/tags.ts';
import { toUser } from '../user/to-user.ts';
import { openAICounts } from './openai-counts.ts';
import { usageAttributes } from './usage-attributes.ts';
import type { User, UserProps } from '../user/user.ts';
import { warnOnce } from '../process/warn-once.ts';

/** Options of `wrapAgent`, `wrapTool` and `wrapChain`. */
export interface RunOptions {
  /** Name of the agent, tool or chain. Default: the function's name. */
  readonly name?: string;
  /** Labels on the run. Default: none. */
  readonly tags?: readonly string[];
  /** The user of every run; `run.identify` overrides it. Default: the current user. */
  readonly userId?: string | number | bigint;
  /** Props of that user. */
  readonly userProps?: UserProps;
  /** More attributes of the span. Default: none. */
  readonly attributes?: Attributes;
}

/** Options of `wrapModel`. */
export interface ModelRunOptions extends RunOptions {
  /** Name of the requested model, as the provider writes it. Default: `name`. */
  readonly model?: string;
  /** Name of the provider in the semantic conventions, such as `openai`, `anthropic`, `mistral_ai`. Default: unknown. */
  readonly provider?: string;
  /** `chat`, `text_completion`, `embeddings`, … Default: `chat`. */
  readonly operation?: string;
  /**
   * Returns the usage of a result: an object with the field names of `Usage`, such as `{ inputTokens, outputTokens }`,
   * or the unchanged usage object of OpenAI's API. For other vendors, use `normalizeUsage` of `@userspan/pricing`.
   * Leave this option out if the model is called through an instrumented library, which records usage itself.
   */
  readonly usage?: (result: never) => object | undefined;
}

/** Description of the spans of one wrapped function. */
export interface RunSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly user: User | undefined;
  /** Attributes from the arguments, set at the start. Only if content is recorded. */
  readonly argumentAttributes?: (args: readonly unknown[]) => Attributes;
  /** Attributes from the result, set at the end. */
  readonly resultAttributes?: (result: unknown) => Attributes;
}

/** For each kind of run, its `gen_ai.operation.name` and the attribute for its name. */
const KINDS: Readonly<Record<RunKind, { readonly operation: string; readonly nameAttribute: string }>> = {
  agent: { operation: 'invoke_agent', nameAttribute: ATTR_AGENT_NAME },
  tool: { operation: 'execute_tool', nameAttribute: ATTR_TOOL_NAME },
  chain: { operation: 'invoke_workflow', nameAttribute: ATTR_WORKFLOW_NAME },
};

/** What an app can wrap, besides a model. */
export type RunKind = 'agent' | 'tool' | 'chain';

/** Describes the runs of an agent, tool or chain. */
export function runSpan(kind: RunKind, functionName: string, options: RunOptions): RunSpan {
  const { operation, nameAttribute } = KINDS[kind];
  const name = options.name ?? (functionName || 'anonymous');
  const attributes: Attributes = { ...shared(options, operation), [nameAttribute]: name };
  if (kind === 'tool') attributes[ATTR_TOOL_TYPE] = 'function';
  const span = { name: `${operation} ${name}`, kind: Kind.INTERNAL, attributes, user: givenUser(options) };
  return kind === 'tool'
    ? { ...span, argumentAttributes: toolArguments, resultAttributes: toolResult }
    : span;
}

/** Describes the calls of a model. */
export function modelSpan(functionName: string, options: ModelRunOptions): RunSpan {
  const { operation = 'chat', provider, usage } = options;
  const model = options.model ?? options.name ?? (functionName || 'unknown');
  const attributes: Attributes = { ...shared(options, operation), [ATTR_REQUEST_MODEL]: model };
  if (provider !== undefined) attributes[ATTR_PROVIDER_NAME] = provider;
  const span = { name: `${operation} ${model}`, kind: Kind.CLIENT, attributes, user: givenUser(options) };
  return usage === undefined ? span : { ...span, resultAttributes: (result) => readUsage(usage, result) };
}

function shared(options: RunOptions, operation: string): Attributes {
  const tags = toTags(options.tags);
  return {
    ...options.attributes,
    [ATTR_OPERATION_NAME]: operation,
    ...(tags === undefined ? {} : { [ATTR_TAGS]: tags }),
  };
}

function givenUser(options: RunOptions): User | undefined {
  return options.userId === undefined ? undefined : toUser(options.userId, options.userProps);
}

function readUsage(usage: (result: never) => object | undefined, result: unknown): Attributes {
  try {
    const counts = usage(result as never) ?? {};
    return usageAttributes(openAICounts(counts) ?? counts);
  } catch {
    warnOnce('usage-throws', 'the usage function of wrapModel threw; the call has no usage.');
    return {};
  }
}

function toolArguments(args: readonly unknown[]): Attributes {
  return contentAttribute(ATTR_TOOL_CALL_ARGUMENTS, args.length === 1 ? args[0] : args);
}

function toolResult(result: unknown): Attributes {
  return contentAttribute(ATTR_TOOL_CALL_RESULT, result);
}

function contentAttribute(name: string, value: unknown): Attributes {
  const json = isContentCaptured() ? boundedJson(value) : undefined;
  return json === undefined ? {} : { [name]: json };
}
