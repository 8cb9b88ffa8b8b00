import type { TracerProvider } from '@opentelemetry/api';
import { isContentCaptured } from '@userspan/core';
import { warnOnce } from '@userspan/core/internal';
import {
  ATTR_TIME_TO_FIRST_CHUNK,
  ATTR_TOOL_CALL_ARGUMENTS,
  ATTR_TOOL_CALL_RESULT,
} from '@userspan/core/semconv';
import type { PriceOptions } from '@userspan/pricing';

import { contentAttribute } from './content-attribute.ts';
import { chainRun, isStep, retrieverRun, toolRun } from './describe-run.ts';
import type { LLMResult, Message, Metadata, Serialized } from './langchain-events.ts';
import { answerAttributes, cachedAttributes } from './model-answer.ts';
import { inputContent, outputContent } from './model-content.ts';
import { modelRequest } from './model-request.ts';
import { fieldsOf } from './read-value.ts';
import { RunRecorder } from './run-recorder.ts';
import { isHidden } from './run-tags.ts';

/** Options of `UserspanHandler`; every field is optional. */
export interface UserspanHandlerOptions {
  /**
   * Whether to record prompts, answers, and arguments and results of tools. Default: the setting of the process, which
   * is off by default.
   */
  readonly captureContent?: boolean;
  /** Your own prices. They take precedence over the list. */
  readonly prices?: PriceOptions;
  /** Default: the global provider, at the time of each run. */
  readonly tracerProvider?: TracerProvider;
}

/**
 * Records LangChain's chains, agents, graphs, tools, retrievers and models as spans of the user that their metadata names.
 *
 * Pass it in `callbacks`; one handler may be shared by the whole app. If the OpenAI instrumentation records the same
 * calls, they still count once. It never makes a run fail.
 *
 * @example
 * ```ts
 * const callbacks = [new UserspanHandler()];
 * await chain.invoke(input, { callbacks, metadata: { userId: 'u42', userProps: { plan: 'pro' }, threadId: 't1' } });
 * ```
 */
export class UserspanHandler {
  readonly name = 'userspan';
  /** Makes LangChain call the handler in order and in the caller's context, instead of later. */
  readonly awaitHandlers = true;
  readonly raiseError = false;
  readonly ignoreLLM = false;
  readonly ignoreChain = false;
  readonly ignoreAgent = false;
  readonly ignoreRetriever = false;
  readonly ignoreCustomEvent = true;

  readonly #options: UserspanHandlerOptions;
  readonly #runs: RunRecorder;

  constructor(options: UserspanHandlerOptions = {}) {
    this.#options = options;
    this.#runs = new RunRecorder(options.tracerProvider, () => this.#capturesContent());
  }

  /** LangChain requests copies. Returns the same handler, because all must share one table of runs. */
  copy(): this {
    return this;
  }

  handleChainStart(
    chain: Serialized,
    _inputs: unknown,
    runId: string,
    parentRunId?: string,
    tags?: string[],
    metadata?: Metadata,
    runType?: string,
    runName?: string,
  ): void {
    const ids = { runId, parentRunId, tags, metadata };
    this.#safely(() => {
      const run = { type: runType, name: runName, isRoot: parentRunId === undefined };
      if (isHidden(tags) || isStep(chain, run)) this.#runs.passThrough(ids);
      else this.#runs.start(ids, { ...chainRun(chain, runName), content: () => ({}) });
    });
  }

  handleChainEnd(_outputs: unknown, runId: string): void {
    this.#safely(() => this.#runs.end(runId));
  }

  handleChainError(error: unknown, runId: string): void {
    this.#safely(() => this.#runs.fail(runId, error));
  }

  handleToolStart(
    tool: Serialized,
    input: string,
    runId: string,
    parentRunId?: string,
    tags?: string[],
    metadata?: Metadata,
    runName?: string,
    toolCallId?: string,
  ): void {
    const content = () => contentAttribute(ATTR_TOOL_CALL_ARGUMENTS, input);
    this.#safely(() =>
      this.#runs.start(
        { runId, parentRunId, tags, metadata },
        { ...toolRun(tool, runName, toolCallId), content },
      ),
    );
  }

  handleToolEnd(output: unknown, runId: string): void {
    this.#safely(() =>
      this.#runs.end(runId, () => {
        const result = fieldsOf(output)['content'] ?? output;
        return this.#capturesContent() ? contentAttribute(ATTR_TOOL_CALL_RESULT, result) : {};
      }),
    );
  }

  handleToolError(error: unknown, runId: string): void {
    this.#safely(() => this.#runs.fail(runId, error));
  }

  handleRetrieverStart(
    retriever: Serialized,
    query: string,
    runId: string,
    parentRunId?: string,
    tags?: string[],
    metadata?: Metadata,
    runName?: string,
  ): void {
    const content = () => contentAttribute('gen_ai.retrieval.query.text', query);
    this.#safely(() =>
      this.#runs.start(
        { runId, parentRunId, tags, metadata },
        { ...retrieverRun(retriever, runName), content },
      ),
    );
  }

  handleRetrieverEnd(_documents: unknown, runId: string): void {
    this.#safely(() => this.#runs.end(runId));
  }

  handleRetrieverError(error: unknown, runId: string): void {
    this.#safely(() => this.#runs.fail(runId, error));
  }

  handleChatModelStart(
    model: Serialized,
    messages: Message[][],
    runId: string,
    parentRunId?: string,
    extraParams?: Record<string, unknown>,
    tags?: string[],
    metadata?: Metadata,
  ): void {
    const content = () => inputContent(messages[0]);
    this.#safely(() =>
      this.#runs.start(
        { runId, parentRunId, tags, metadata },
        { ...modelRequest('chat', model, extraParams, metadata), content },
      ),
    );
  }

  handleLLMStart(
    model: Serialized,
    prompts: string[],
    runId: string,
    parentRunId?: string,
    extraParams?: Record<string, unknown>,
    tags?: string[],
    metadata?: Metadata,
  ): void {
    const content = () => inputContent(prompts);
    this.#safely(() =>
      this.#runs.start(
        { runId, parentRunId, tags, metadata },
        { ...modelRequest('text_completion', model, extraParams, metadata), content },
      ),
    );
  }

  handleLLMNewToken(_token: string, _index: unknown, runId: string): void {
    const run = this.#runs.chunk(runId);
    if (run === undefined) return;
    this.#safely(() => run.span?.setAttribute(ATTR_TIME_TO_FIRST_CHUNK, (run.lastMs - run.startMs) / 1000));
  }

  handleLLMEnd(
    result: LLMResult,
    runId: string,
    _parentRunId?: string,
    _tags?: string[],
    extraParams?: Record<string, unknown>,
  ): void {
    this.#safely(() =>
      this.#runs.end(runId, ({ model, startMs }) => {
        if (model === undefined) return {};
        if (extraParams?.['cached'] === true) return cachedAttributes(model);
        const content = this.#capturesContent() ? outputContent(result) : {};
        return { ...answerAttributes(result, model, startMs, this.#options.prices), ...content };
      }),
    );
  }

  handleLLMError(error: unknown, runId: string): void {
    this.#safely(() => this.#runs.fail(runId, error));
  }

  #capturesContent(): boolean {
    return this.#options.captureContent ?? isContentCaptured();
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch {
      warnOnce('langchain', 'a LangChain run could not be recorded; the run itself continues.');
    }
  }
}
