import type { Endpoint } from './endpoint.ts';

/** A path whose POST requests are billed, and how they are recorded. */
export interface BilledEndpoint {
  /** Path below the base URL; `{}` stands for an id. */
  readonly path: string;
  /** Methods of the newest `openai` that send such a request, without `client.`. */
  readonly methods: readonly string[];
  /** How it is recorded. Absent if these requests are not recorded themselves. */
  readonly endpoint?: Endpoint;
  /** Description in the README. */
  readonly recorded: string;
}

const RESPONSES: Endpoint = { operation: 'chat', api: 'responses', apiType: 'responses' };
const IMAGES: Endpoint = { operation: 'image_generation', api: 'images', outputType: 'image' };
const RUNS: Endpoint = { operation: 'chat', api: 'runs', apiType: 'assistants' };
const VIDEOS: Endpoint = { operation: 'video_generation', api: 'videos', outputType: 'video' };
/** A run with a call below it for each turn. */
const AGENTS: Endpoint = { operation: 'invoke_agent', api: 'agents', apiType: 'agents' };
const AGENT_INPUT: Endpoint = {
  operation: 'invoke_agent',
  api: 'unmetered',
  apiType: 'agents',
  unpriced: "the usage of an agent's turn is reported on the event stream of its session, not in this answer",
};
const EVALUATION = { operation: 'invoke_workflow' } as const;

const USAGE = 'usage and cost';
const RUN_USAGE = 'usage and cost of the run, when it is streamed or polled to its end';
const VIDEO = 'seconds of video, when it is polled to its end; unpriced where the list has no price for them';
const TURNS = 'one call for each turn, when the events are streamed';

/** A session whose usage is sent over a separate connection. */
function session(reason: string): Endpoint {
  return { operation: 'realtime', api: 'unmetered', unpriced: reason };
}

/** An object that is billed by duration or per use, neither of which its answer reports. */
function storage(operation: string, reason: string): Endpoint {
  return { operation, api: 'unmetered', unpriced: reason };
}

const ELSEWHERE = 'the usage of this session is reported on its own connection, not in this answer';
const CLIENT_SIDE = 'the session runs in the client that gets this secret, and its usage is reported there';
const CONTAINER = 'containers are billed by memory and time, which this answer does not report';
const STORED = 'storage is billed by size and day, which this answer does not report';

/**
 * All billed paths. A path that ends with another path must precede it, because Azure's long paths are matched in this
 * order.
 */
export const BILLED_ENDPOINTS: readonly BilledEndpoint[] = [
  row('/chat/completions', 'chat.completions.create', USAGE, {
    operation: 'chat',
    api: 'chat',
    apiType: 'chat_completions',
  }),
  row('/responses', 'responses.create beta.responses.create', USAGE, RESPONSES),
  row('/responses/compact', 'responses.compact beta.responses.compact', USAGE, RESPONSES),
  row('/decisions', 'decisions.create', USAGE, { operation: 'chat', api: 'decisions', apiType: 'decisions' }),
  row('/embeddings', 'embeddings.create', USAGE, { operation: 'embeddings', api: 'embeddings' }),
  row('/completions', 'completions.create', USAGE, {
    operation: 'text_completion',
    api: 'completions',
    outputType: 'text',
  }),
  row('/images/generations', 'images.generate', USAGE, IMAGES),
  row('/images/edits', 'images.edit', USAGE, { ...IMAGES, takesPictures: true }),
  row('/images/variations', 'images.createVariation', USAGE, IMAGES),
  row('/audio/speech', 'audio.speech.create', USAGE, {
    operation: 'speech',
    api: 'speech',
    outputType: 'speech',
  }),
  row('/audio/transcriptions', 'audio.transcriptions.create', USAGE, {
    operation: 'transcription',
    api: 'audio',
    outputType: 'text',
  }),
  row('/audio/translations', 'audio.translations.create', USAGE, {
    operation: 'translation',
    api: 'audio',
    outputType: 'text',
  }),
  row('/moderations', 'moderations.create', 'a call that is free', {
    operation: 'moderation',
    api: 'moderations',
  }),
  row('/threads/runs', 'beta.threads.createAndRun', RUN_USAGE, RUNS),
  row('/threads/{}/runs', 'beta.threads.runs.create', RUN_USAGE, RUNS),
  row('/threads/{}/runs/{}/submit_tool_outputs', 'beta.threads.runs.submitToolOutputs', RUN_USAGE, RUNS),
  row('/agents/sessions', 'beta.agents.sessions.create', TURNS, AGENTS),
  row(
    '/agents/sessions/{}/events',
    'beta.agents.sessions.events.create',
    'a run; its turn is a call where `events.stream` or `sessions.stream` reads it',
    AGENT_INPUT,
  ),
  row(
    '/agents/automations/{}/invocations',
    'beta.agents.automations.invocations.create',
    'a run; its turn is a call where `events.stream` reads it',
    AGENT_INPUT,
  ),
  row('/agents/environments', 'beta.agents.environments.create', 'a call that is unpriced', {
    ...storage('container', CONTAINER),
  }),
  row('/videos', 'videos.create', VIDEO, VIDEOS),
  row('/videos/edits', 'videos.edit', VIDEO, VIDEOS),
  row('/videos/extensions', 'videos.extend', VIDEO, VIDEOS),
  row('/videos/{}/remix', 'videos.remix', VIDEO, VIDEOS),
  row('/evals/{}/runs', 'evals.runs.create', 'one call for each model, when it is polled to its end', {
    ...EVALUATION,
    api: 'evals',
  }),
  row('/fine_tuning/alpha/graders/run', 'fineTuning.alpha.graders.run', 'one call for each model', {
    ...EVALUATION,
    api: 'graders',
  }),
  row(
    '/fine_tuning/jobs',
    'fineTuning.jobs.create',
    'trained tokens, when it is polled to its end; unpriced',
    {
      operation: 'fine_tuning',
      api: 'training',
    },
  ),
  row('/realtime/calls', 'realtime.calls.create', 'a call that is unpriced', session(ELSEWHERE)),
  row('/realtime/calls/{}/accept', 'realtime.calls.accept', 'a call that is unpriced', session(ELSEWHERE)),
  row(
    '/realtime/client_secrets',
    'realtime.clientSecrets.create',
    'a call that is unpriced',
    session(CLIENT_SIDE),
  ),
  row(
    '/realtime/translations/client_secrets',
    'realtime.translations.clientSecrets.create',
    'a call that is unpriced',
    session(CLIENT_SIDE),
  ),
  row('/realtime/sessions', 'beta.realtime.sessions.create', 'a call that is unpriced', session(CLIENT_SIDE)),
  row(
    '/realtime/transcription_sessions',
    'beta.realtime.transcriptionSessions.create',
    'a call that is unpriced',
    session(CLIENT_SIDE),
  ),
  row('/live/sessions', 'live.create', 'a call that is unpriced', session(ELSEWHERE)),
  row('/live/sessions/{}/accept', 'live.sessions.accept', 'a call that is unpriced', session(ELSEWHERE)),
  row('/live/sessions/{}/fork', 'live.sessions.fork', 'a call that is unpriced', session(ELSEWHERE)),
  row('/chatkit/sessions', 'beta.chatkit.sessions.create', 'a call that is unpriced', session(CLIENT_SIDE)),
  row('/containers', 'containers.create', 'a call that is unpriced', storage('container', CONTAINER)),
  row('/vector_stores', 'vectorStores.create', 'a call that is unpriced', storage('vector_store', STORED)),
  row('/vector_stores/{}/search', 'vectorStores.search', 'a call that is unpriced', {
    ...storage('vector_store', 'the list has no price for searches of a vector store'),
  }),
  row(
    '/vector_stores/{}/files',
    'vectorStores.files.create',
    'a call that is unpriced',
    storage('vector_store', STORED),
  ),
  row(
    '/vector_stores/{}/file_batches',
    'vectorStores.fileBatches.create',
    'a call that is unpriced',
    storage('vector_store', STORED),
  ),
  row('/batches', 'batches.create', 'one call for each line, by `recordBatchOutput`'),
];

/** The endpoint of event streams of agents' sessions, which are read with GET. */
export const AGENT_EVENTS: Endpoint = AGENTS;

function row(path: string, methods: string, recorded: string, endpoint?: Endpoint): BilledEndpoint {
  return { path, methods: methods.split(' '), recorded, ...(endpoint === undefined ? {} : { endpoint }) };
}
