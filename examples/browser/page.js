import { identify, init, openThread, reset, tracedFetch, trackFeedback } from '@userspan/web';

init(globalThis.collector); // { endpoint, key }, written into the page by the server
const thread = openThread();
let answerId;

const on = (selector, event, listener) => document.querySelector(selector).addEventListener(event, listener);
on('#login', 'click', () => identify('u_ada', { name: 'Ada', plan: 'pro' }));
on('#logout', 'click', () => reset());
on('#up', 'click', () => trackFeedback(answerId, { thumb: 'up' }));
on('#down', 'click', () => trackFeedback(answerId, { thumb: 'down' }));

on('form', 'submit', async (event) => {
  event.preventDefault();
  const question = document.querySelector('input').value;
  thread.trackMessage({ role: 'user', content: question });
  const body = JSON.stringify({ question, thread: thread.id });
  const response = await tracedFetch('/chat', { method: 'POST', body });
  answerId = thread.trackMessage({ role: 'assistant' });
  document.querySelector('output').textContent = await response.text();
});
