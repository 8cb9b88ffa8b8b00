import { identify, init, openThread, reset, tracedFetch } from '@userspan/web';

init(globalThis.collector); // { endpoint, key }, written into the page by the server
const thread = openThread();

const $ = (selector) => document.querySelector(selector);
$('#login').onclick = () => identify('u_ada', { name: 'Ada', plan: 'pro' });
$('#logout').onclick = () => reset();

$('form').onsubmit = async (event) => {
  event.preventDefault();
  const question = $('input').value;
  const messageId = thread.trackMessage({ role: 'user', content: question });
  const response = await tracedFetch('/chat', {
    method: 'POST',
    body: JSON.stringify({ question, thread: thread.id }),
  });
  $('output').textContent = await response.text();
  for (const thumb of ['up', 'down']) {
    $(`#${thumb}`).onclick = () => {
      thread.trackMessage({ role: 'assistant', feedback: { thumb }, extra: { answerTo: messageId } });
    };
  }
};
