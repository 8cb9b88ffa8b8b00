// Sends the requests of several visitors to the app over HTTP: `node visitors.js http://127.0.0.1:3000`.
// Text in [[ ]] controls the answer of the fake OpenAI API (test/openai-server). A real model gets it as a part of the prompt.

/** The session of each visitor (undefined: not signed in) and the request that the visitor makes. */
export const visitors = [
  { session: 'ada-session', act: (app) => ask(app, 'ada-session', 'Are you open on Saturday?') },
  { session: 'grace-session', act: (app) => ask(app, 'grace-session', 'When do you open on Sunday?') },
  { session: undefined, act: (app) => ask(app, undefined, 'Hello, are you open today?') },
  {
    session: 'grace-session',
    act: (app) => write(app, 'grace-session', 'A short story about a bicycle bell.'),
  },
  {
    session: 'linus-session',
    act: (app) => leaveHalfWay(app, 'linus-session', 'A long poem on spokes. [[words 500; slow 5ms]]'),
  },
  {
    session: 'ada-session',
    act: (app) => write(app, 'ada-session', 'One more thing. [[fail 429; retry after 10ms]]'),
  },
];

/** Runs all visitors at the same time and resolves with the response that each of them got. */
export function visit(app) {
  return Promise.all(visitors.map(({ act }) => act(app)));
}

const ask = (app, session, question) => post(`${app}/ask`, session, { question });
const write = (app, session, prompt) => post(`${app}/write`, session, { prompt });

async function post(url, session, body, signal) {
  const headers = {
    'content-type': 'application/json',
    ...(session && { authorization: `Bearer ${session}` }),
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  if (signal) return response;
  return { session, status: response.status, text: await response.text() };
}

async function leaveHalfWay(app, session, prompt) {
  const leaving = new AbortController();
  const response = await post(`${app}/write`, session, { prompt }, leaving.signal);
  const { value } = await response.body.getReader().read();
  leaving.abort();
  return { session, status: response.status, text: `${new TextDecoder().decode(value)} … (left)` };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const result of await visit(process.argv[2] ?? 'http://127.0.0.1:3000')) console.log(result);
}
