// A web page that uses Lunary's browser client. The page contains the key.
import lunary from 'lunary/browser';

lunary.init({ publicKey: process.env.LUNARY_PUBLIC_KEY, apiUrl: process.env.LUNARY_API_URL });
lunary.identify('u-page', { name: 'Edsger', plan: 'free' });
const thread = lunary.openThread({ id: 'thread-page' });
thread.trackMessage({ id: 'message-page', role: 'user', content: 'hello' });
lunary.trackFeedback('message-page', { thumb: 'down' });
