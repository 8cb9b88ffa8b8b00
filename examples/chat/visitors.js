// People who use the app: what they do in a minute, over real HTTP. `node visitors.js http://127.0.0.1:3000`

/** Sends the visitors to the app and resolves with what each of them got. */
export async function visit(appUrl) {
  const ask = (session, question) => post(`${appUrl}/ask`, session, { question });
  const write = (session, prompt) => post(`${appUrl}/write`, session, { prompt });
  return await Promise.all([
    ask('ada-session', 'Are you open on Saturday?'),
    ask('grace-session', 'When do you open on Sunday?'),
    ask(undefined, 'Hello, are you open today?'),
    write('grace-session', 'Write a short story about a bicycle bell.'),
    leaveHalfWay(`${appUrl}/write`, 'linus-session', { prompt: 'Write a long poem about spokes.' }),
    write('ada-session', 'Please fail with 429.'),
  ]);
}

function headersOf(session) {
  return { 'content-type': 'application/json', ...(session && { authorization: `Bearer ${session}` }) };
}

async function post(url, session, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: headersOf(session),
    body: JSON.stringify(body),
  });
  return { session, status: response.status, text: await response.text() };
}

async function leaveHalfWay(url, session, body) {
  const leaving = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: headersOf(session),
    body: JSON.stringify(body),
    signal: leaving.signal,
  });
  const reader = response.body.getReader();
  const { value } = await reader.read();
  leaving.abort();
  await reader.read().catch(() => {});
  return { session, status: response.status, text: `${new TextDecoder().decode(value)}…` };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const visit_ of await visit(process.argv[2] ?? 'http://127.0.0.1:3000')) console.log(visit_);
}
