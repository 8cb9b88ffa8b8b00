import type { OpenAIClient } from '../majors.ts';
import type { JobCase } from './job-case.ts';
import { body } from './job-case.ts';

/** Objects whose answer reports no usage. They are recorded with the reason for the absent cost. */
function stored(
  name: string,
  since: number,
  span: string,
  unpriced: string,
  run: (client: OpenAIClient) => PromiseLike<unknown>,
): JobCase {
  const isList = name.startsWith('search');
  return {
    name,
    since,
    answers: [body(isList ? { object: 'list', data: [], has_more: false } : { id: 'thing_1' })],
    run: async (client) => run(client),
    spans: [{ name: span, ...(isList ? {} : { id: 'thing_1' }), unpriced }],
  };
}

/** Stored objects, and sessions whose usage is reported elsewhere. */
export const UNMETERED_CASES: readonly JobCase[] = [
  stored('container', 5, 'container', 'memory and time', ({ containers }) =>
    containers.create({ name: 'box' }),
  ),
  stored('vector store', 5, 'vector_store', 'size and day', ({ vectorStores }) =>
    vectorStores.create({ name: 'v' }),
  ),
  stored('search in a vector store', 5, 'vector_store', 'searches', ({ vectorStores }) =>
    vectorStores.search('vs_1', { query: 'cats' }),
  ),
  stored('file of a vector store', 5, 'vector_store', 'size and day', ({ vectorStores }) =>
    vectorStores.files.create('vs_1', { file_id: 'file_1' }),
  ),
  stored('secret of a realtime client', 6, 'realtime', 'runs in the client', ({ realtime }) =>
    realtime.clientSecrets.create({}),
  ),
  stored('session of ChatKit', 6, 'realtime', 'runs in the client', ({ beta }) =>
    beta.chatkit.sessions.create({ user: 'u1', workflow: { id: 'wf_1' } }),
  ),
];

/** Requests that are not billed. */
export const FREE_CASES: readonly JobCase[] = [
  {
    name: 'thread without a run',
    answers: [body({ id: 'thread_1', object: 'thread' })],
    run: async ({ beta }) => beta.threads.create({}),
    spans: [],
  },
  {
    name: 'list of videos',
    since: 6,
    answers: [body({ object: 'list', data: [], has_more: false })],
    run: async (client) => client.videos.list(),
    spans: [],
  },
];
