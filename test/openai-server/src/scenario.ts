/**
 * How one request is to be answered, stated in words that a caller can send: in the header `x-scenario`, as the whole
 * prompt, or inside a prompt between double brackets: `Where is Oslo? [[cached 1024; tier flex]]`.
 * Directives are separated by `;`. As an object it is an element of the option `script`.
 */
export interface Scenario {
  /** `fail 429`: answer with this HTTP status. */
  readonly fail?: number;
  /** `fail 429 twice`, `fail 500 3 times`: fail the first so many attempts of the same request, then answer. */
  readonly failTimes?: number;
  /** `retry after 20ms`: sent with the error as `retry-after-ms` and `retry-after`. */
  readonly retryAfterMs?: number;
  /** `reset`: close the connection without an answer. */
  readonly reset?: boolean;
  /** `hang`: never answer. */
  readonly hang?: boolean;
  /** `wait 50ms`: before the answer. */
  readonly waitMs?: number;
  /** `slow 5ms`: between the chunks of a stream. */
  readonly slowMs?: number;
  /** `cut after 3`: break the connection after so many chunks of a stream. */
  readonly cutAfter?: number;
  /** `error after 3`: an error event after so many chunks of a stream. */
  readonly errorAfter?: number;
  /** `say Hello there`: the answer's text. */
  readonly text?: string;
  /** `call get_weather {"city":"Oslo"}`: answer with this tool call. */
  readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
  /** `input 1200`, `cached 1024`, `reasoning 64`, …: counts in place of the counted ones. */
  readonly usage?: Readonly<Record<string, number>>;
  /** `no usage`: leave the counts out of the answer (billed all the same). */
  readonly noUsage?: boolean;
  /** `tier flex`: the tier that the answer names, whatever was asked for. */
  readonly tier?: string;
  /** `finish length`. */
  readonly finish?: 'stop' | 'length' | 'content_filter';
  /** `refuse`: a refusal in place of the text. */
  readonly refuse?: boolean;
  /** `incomplete`, `failed`: how a response of the responses API ends. */
  readonly outcome?: 'incomplete' | 'failed';
  /** `web search 2`, `file search`, `code interpreter`, `mcp`, `image`: built-in tools in the output, and how often. */
  readonly tools?: Readonly<Record<string, number>>;
  /** `cost 0.00123`: what OpenRouter says that it cost. */
  readonly cost?: string;
  /** `missing choices`: one stream chunk without `choices`, as some hosts send. */
  readonly missingChoices?: boolean;
  /** `no metadata`: leave the request's metadata out of a realtime response, as compatible servers do. */
  readonly noMetadata?: boolean;
  /** Canned JSON body, in a `script` only: sent as it is, not billed. */
  readonly body?: unknown;
  /** Canned server-sent events, in a `script` only: sent as they are, not billed. */
  readonly events?: readonly unknown[];
  /** Status of a canned body. Default 200. */
  readonly status?: number;
  /** Extra headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

const USAGE_FIELDS: Readonly<Record<string, string>> = {
  input: 'inputTokens',
  output: 'outputTokens',
  cached: 'cachedInputTokens',
  'cache write': 'cacheWriteInputTokens',
  reasoning: 'reasoningOutputTokens',
  'audio input': 'audioInputTokens',
  'cached audio': 'cachedAudioInputTokens',
  'audio output': 'audioOutputTokens',
  'image input': 'imageInputTokens',
  accepted: 'acceptedPredictionTokens',
  rejected: 'rejectedPredictionTokens',
  seconds: 'seconds',
};

const TIMES: Readonly<Record<string, number>> = { once: 1, twice: 2, thrice: 3 };

type Directive = readonly [pattern: RegExp, read: (match: RegExpExecArray, soFar: Scenario) => Scenario];

const DIRECTIVES: readonly Directive[] = [
  [
    /^fail (\d{3})(?: (once|twice|thrice|(\d+) times))?$/,
    ([, status, word, count]) => ({
      fail: Number(status),
      ...(word === undefined ? {} : { failTimes: TIMES[word] ?? Number(count) }),
    }),
  ],
  [/^retry after (\d+) ?(ms|s)$/, ([, n, unit]) => ({ retryAfterMs: Number(n) * (unit === 's' ? 1000 : 1) })],
  [/^reset$/, () => ({ reset: true })],
  [/^reset (once|twice)$/, ([, word]) => ({ reset: true, failTimes: TIMES[word ?? ''] ?? 1 })],
  [/^hang$/, () => ({ hang: true })],
  [/^wait (\d+) ?ms$/, ([, n]) => ({ waitMs: Number(n) })],
  [/^slow (\d+) ?ms$/, ([, n]) => ({ slowMs: Number(n) })],
  [/^cut after (\d+)$/, ([, n]) => ({ cutAfter: Number(n) })],
  [/^error after (\d+)$/, ([, n]) => ({ errorAfter: Number(n) })],
  [/^say (.+)$/s, ([, text]) => ({ text: text ?? '' })],
  [
    /^words (\d+)$/,
    ([, n]) => ({ text: Array.from({ length: Number(n) }, (_, i) => `word${i + 1}`).join(' ') }),
  ],
  [
    /^call ([\w-]+)(?: (\{.*\}))?$/s,
    ([, name, args], { calls }) => ({
      calls: [...(calls ?? []), { name: name ?? '', arguments: args ?? '{}' }],
    }),
  ],
  [
    /^(input|output|cached|cached audio|cache write|reasoning|audio input|audio output|image input|accepted|rejected|seconds) (\d+(?:\.\d+)?)$/,
    ([, name, n], { usage }) => ({ usage: { ...usage, [USAGE_FIELDS[name ?? ''] ?? '']: Number(n) } }),
  ],
  [/^no usage$/, () => ({ noUsage: true })],
  [/^tier (\w+)$/, ([, tier]) => ({ tier: tier ?? 'default' })],
  [/^finish (stop|length|content_filter)$/, ([, reason]) => ({ finish: reason as 'stop' })],
  [/^refuse$/, () => ({ refuse: true })],
  [/^(incomplete|failed)$/, ([, outcome]) => ({ outcome: outcome as 'failed' })],
  [
    /^(web search|file search|code interpreter|mcp|image)(?: (\d+))?$/,
    ([, tool, n], { tools }) => ({ tools: { ...tools, [tool ?? '']: Number(n ?? 1) } }),
  ],
  [/^cost (\d+(?:\.\d+)?)$/, ([, usd]) => ({ cost: usd ?? '0' })],
  [/^missing choices$/, () => ({ missingChoices: true })],
  [/^no metadata$/, () => ({ noMetadata: true })],
];

/** Reads directives; `undefined` where any of them is none of ours, so that ordinary prose is never one. */
export function parseScenario(text: string): Scenario | undefined {
  let scenario: Scenario = {};
  for (const part of text.split(/;|\n/)) {
    const directive = part.trim();
    if (directive === '') continue;
    const read = readDirective(directive, scenario);
    if (read === undefined) return undefined;
    scenario = { ...scenario, ...read };
  }
  return Object.keys(scenario).length === 0 ? undefined : scenario;
}

function readDirective(directive: string, soFar: Scenario): Scenario | undefined {
  for (const [pattern, read] of DIRECTIVES) {
    const match = pattern.exec(directive);
    if (match !== null) return read(match, soFar);
  }
  return undefined;
}

/** The scenario of a request: its header, else its prompt, else the part of the prompt between double brackets. */
export function scenarioOf(header: string | undefined, prompt: string): Scenario {
  if (header !== undefined) {
    const stated = parseScenario(header);
    if (stated === undefined) throw new TypeError(`x-scenario is not understood: ${header}`);
    return stated;
  }
  const inner = /\[\[(.*?)\]\]/s.exec(prompt)?.[1];
  return parseScenario(inner ?? prompt) ?? {};
}
