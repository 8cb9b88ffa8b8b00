/**
 * Which attributes hold content: prompts, answers, instructions, arguments and results of tools, retrieved documents.
 *
 * Rules in this order. {@link CONTENT_NAMES} lists the names that each kind of client is known to use. Any other name is
 * judged by its shape: by its last part (`my.app.prompt`) and by parts that only content has (`gen_ai.prompt.0.content`);
 * counts, costs, ids and names are exempt. Namespaces of OpenTelemetry's registry that describe requests and hosts, and
 * maps of the application's own metadata, keep their texts. Under a name that no rule knows, a text stays only where it
 * looks like an identifier: free text there may be a prompt. What a value holds is looked at by `reduce-value.ts`.
 */

/**
 * `drop`: the attribute is removed. `facts`: only {@link FACTS} of its JSON are kept. `inspect`: content inside its
 * JSON is removed. `identifier`: as `inspect`, and free text is removed. `message`: as `inspect`, and words that are
 * not typical of errors are removed.
 */
export type Verdict = 'drop' | 'facts' | 'inspect' | 'identifier' | 'message' | 'keep';

/** Names by client. A `*` at the end stands for any further characters, one inside a name for one part. */
export const CONTENT_NAMES: Readonly<Record<string, readonly string[]>> = {
  'GenAI conventions': [
    'gen_ai.input.messages',
    'gen_ai.output.messages',
    'gen_ai.system_instructions',
    'gen_ai.tool.definitions',
    'gen_ai.tool.call.arguments',
    'gen_ai.tool.call.result',
    'gen_ai.prompt',
    'gen_ai.completion',
    'gen_ai.content.*',
    'gen_ai.event.content',
    'gen_ai.request.instructions',
    'gen_ai.retrieval.documents',
    'gen_ai.retrieval.query.text',
    'gen_ai.evaluation.explanation',
    'gen_ai.choice',
    'mcp.request.argument*',
  ],
  Sentry: ['gen_ai.request.available_tools', 'ai.responses'],
  Userspan: ['userspan.message.content'],
  'AI SDK': [
    'ai.prompt*',
    'ai.response.text',
    'ai.response.object',
    'ai.response.reasoning',
    'ai.response.toolCalls',
    'ai.response.files',
    'ai.result.*',
    'ai.toolCall.args',
    'ai.toolCall.result',
    'ai.value',
    'ai.values',
    'ai.embedding',
    'ai.embeddings',
    'ai.schema*',
    'ai.documents',
    'ai.query',
  ],
  OpenInference: [
    'input.value',
    'llm.prompts*',
    'llm.prompt_template.*',
    'llm.tools.*',
    'llm.function_call',
    'embedding.embeddings.*',
    'retrieval.documents.*',
    'reranker.*_documents*',
    'reranker.query',
    'tool.parameters',
    'tool.json_schema',
  ],
  Traceloop: ['traceloop.entity.input', 'traceloop.entity.output', 'traceloop.prompt.*'],
  Langfuse: [
    'langfuse.observation.input',
    'langfuse.observation.output',
    'langfuse.trace.input',
    'langfuse.trace.output',
  ],
  LangSmith: ['langsmith.inputs*', 'langsmith.outputs*', 'langsmith.span.inputs', 'langsmith.span.outputs'],
  'Cloudflare AI Gateway': ['gen_ai.prompt_json', 'gen_ai.completion_json'],
  OpenRouter: ['trace.input', 'trace.output', 'span.input', 'span.output'],
  Mastra: ['mastra.*.input', 'mastra.*.output', 'mastra.instructions', 'mastra.*.instructions'],
  Genkit: ['genkit:input', 'genkit:output', 'genkit:metadata:*:input', 'genkit:metadata:*:output'],
  'Pydantic AI and Logfire': [
    'all_messages',
    'all_messages_events',
    'pydantic_ai.all_messages',
    'events',
    'final_result',
    'request_data',
    'response_data',
    'tool_arguments',
    'tool_response',
    'model_request_parameters',
  ],
  LiteLLM: ['llm.*.messages', 'llm.*.choices', 'llm.*.tools', 'llm.*.input', 'llm.*.output', 'raw_request'],
  LiveKit: [
    'lk.user_*',
    'lk.chat_ctx',
    'lk.response.*',
    'lk.input_text',
    'lk.instructions',
    'lk.function_tools',
    'lk.function_tool.arguments',
    'lk.function_tool.output',
    'lk.transcript*',
  ],
  PostHog: ['$ai_input*', '$ai_output*', '$ai_tools'],
  'coding agents': [
    'prompt',
    'prompt_text',
    'user_prompt',
    'request_text',
    'response_text',
    'response',
    'function_args',
    'tool_input',
    'tool_output',
    'tool_parameters',
    'new_context',
    'command',
    'body',
  ],
  "Google's Agent Development Kit": [
    'gcp.vertex.agent.llm_request',
    'gcp.vertex.agent.llm_response',
    'gcp.vertex.agent.tool_call_args',
    'gcp.vertex.agent.tool_response',
    'gcp.vertex.agent.data',
  ],
  CrewAI: [
    'crewai.*.goal',
    'crewai.*.backstory',
    'crewai.*.description',
    'crewai.*.inputs',
    'crewai.*.result',
    'crew_tasks',
    'crew_agents',
  ],
  Braintrust: ['braintrust.input*', 'braintrust.output*', 'braintrust.expected*'],
  MLflow: ['mlflow.spanInputs', 'mlflow.spanOutputs', 'mlflow.traceInputs', 'mlflow.traceOutputs'],
  // A coding agent that gets its prompt on the command line (`-p`) has it in its resource attributes.
  processes: ['process.command_args', 'process.command_line'],
  'vector stores': [
    'db.vector.query.*',
    'db.query.result.document',
    'db.query.result.metadata',
    'db.query.embeddings*',
    'db.*.query.texts',
    'db.*.query.vector',
    'db.*.documents',
  ],
};

/** Attributes with JSON that also contains facts of the call. */
const FACT_NAMES = ['output.value'];
/** Names of kinds of records, or of the application's own SQL and queries. Rules of shape do not apply to them. */
const PLAIN_NAMES = [
  'db.query.text',
  'feature_flag.result.value',
  'graphql.document',
  'logfire.msg_template',
  'url.query',
];
/** Messages of errors. */
const MESSAGE_NAMES = ['error.message', 'exception.message', 'exception.stacktrace'];
const MESSAGE_ENDS: ReadonlySet<string> = new Set(['error', 'errormessage', 'statusmessage']);
/** Members of such JSON that are kept, because deduplication needs the id and prices need the tier. */
export const FACTS: readonly string[] = ['id', 'model', 'service_tier'];

/** Parts of names that mean content, in lower case without `_` and `-`. */
const CONTENT_PARTS: ReadonlySet<string> = new Set(
  `prompt prompts systemprompt userprompt completion completions messages inputmessages outputmessages systemmessage
  usermessage assistantmessage systeminstruction systeminstructions chathistory conversationhistory toolcalls transcript
  transcripts`.split(/\s+/),
);
/** Parts that mean content at the end of a name, with or without an index. */
const CONTENT_ENDS: ReadonlySet<string> = new Set(
  `input inputs inputvalue inputtext inputdata output outputs outputvalue outputtext outputdata message content contents
  text instruction instructions question answer query args arguments toolargs toolarguments toolinput tooloutput toolresult
  result results response responsetext responsebody requestbody requestdata responsedata rawrequest rawresponse choices
  thinking reasoning reasoningcontent document documents pagecontent embedding embeddings vector userinput modeloutput
  history choice delta chunk value values body payload goal backstory utterance translation caption`.split(
    /\s+/,
  ),
);
/** Last parts of names that never mean content. */
const PLAIN_ENDS: ReadonlySet<string> = new Set(
  `id ids name version type role kind index count length size status code reason finishreason finishreasons format mimetype
  language model provider label hash tier score source user email`.split(/\s+/),
);
/** The last word of a name in snake case or camel case: `id` of `thread_id` and of `threadId`. */
const LAST_WORD = /[a-z\d]+$|[A-Z][a-z\d]*$/;
/** Parts of names for counts, measurements and prices. */
const FIGURE_PARTS =
  /(?:^|[._:])(?:usage|tokens?|token_count|cost|cost_details|usage_details|usage_metadata|usage_object)(?:[._:]|$)/i;
/** Namespaces that describe users, requests, hosts and errors. `db.query.text` is the application's SQL. */
const PLAIN_NAMESPACES: ReadonlySet<string> = new Set(
  `user enduser userspan session account organization http url network net server client peer source destination rpc db
  messaging host process k8s container cloud code thread exception error telemetry service deployment feature_flag faas os
  device browser user_agent otel dns tls system file vcs cicd test graphql`.split(/\s+/),
);
/** Maps of the application's own metadata, with names that the application chose. Their values are inspected. */
const METADATA = /(?:^|[._])(?:metadata|association\.properties|settings\.context|tags?)(?:[._]|$)/;

const exact = new Map<string, Verdict>([
  ...FACT_NAMES.map((name) => [name, 'facts'] as const),
  ...PLAIN_NAMES.map((name) => [name, 'inspect'] as const),
  ...MESSAGE_NAMES.map((name) => [name, 'message'] as const),
]);
const patterns: RegExp[] = [];
for (const name of Object.values(CONTENT_NAMES).flat()) {
  if (name.includes('*')) {
    const source = name
      .split('*')
      .map((part) => part.replaceAll(/[.$]/g, String.raw`\$&`))
      .join('[^.:]+')
      .replace(/\[\^\.:\]\+$/, '.*');
    patterns.push(new RegExp(`^${source}$`));
  } else {
    exact.set(name, 'drop');
  }
}

/** What to do with an attribute of that name if content is off. */
export function verdictOf(name: string): Verdict {
  const listed = exact.get(name);
  if (listed !== undefined) {
    return listed;
  }
  if (FIGURE_PARTS.test(name)) {
    return 'keep';
  }
  const parts = name.split(/[.:]/);
  const words = parts.map((part) => part.replaceAll(/[_-]/g, '').toLowerCase());
  const end = words.findLast((word) => !/^\d*$/.test(word)) ?? '';
  if (MESSAGE_ENDS.has(end)) {
    return 'message';
  }
  if (PLAIN_ENDS.has(end) || PLAIN_ENDS.has(lastWordOf(parts.at(-1)))) {
    return 'inspect';
  }
  if (patterns.some((pattern) => pattern.test(name))) {
    return 'drop';
  }
  // Properties of users and metadata of calls have names that the application chose.
  if (parts[0] === 'userspan' || METADATA.test(name)) {
    return 'inspect';
  }
  if (CONTENT_ENDS.has(end) || words.some((word) => CONTENT_PARTS.has(word))) {
    return 'drop';
  }
  return PLAIN_NAMESPACES.has(parts[0] ?? '') ? 'inspect' : 'identifier';
}

function lastWordOf(part: string | undefined): string {
  return LAST_WORD.exec(part ?? '')?.[0].toLowerCase() ?? '';
}

/** Whether attributes and body of an event or log record with this name are content, with few exceptions. */
export function isContentEvent(name: string): boolean {
  return CONTENT_EVENTS.test(name);
}

const CONTENT_EVENTS =
  /^gen_ai\.(?:content\.(?:prompt|completion)|(?:system|user|assistant|tool)\.message|choice)$|(?:^|[._])(?:user_prompt|api_request_body|api_response_body)$/;
/** Attributes of such an event that are kept. */
const EVENT_FACTS =
  /^(?:gen_ai\.(?:system|provider\.name|operation\.name|response\.(?:id|model)|request\.model|conversation\.id)|event\.name|role|id|index|finish_reason|user\.\w+|session\.id|prompt\.id|prompt_length)$/;

export function staysInContentEvent(name: string): boolean {
  return EVENT_FACTS.test(name);
}
