import { identify, register, SpanToUserProcessor } from '@userspan/node';

const spend = new SpanToUserProcessor();
const userspan = register({
  spanProcessors: [spend],
  exporter: { export: (spans, done) => done({ code: 0 }), shutdown: async () => {} },
});

const { default: OpenAI } = await import('openai'); // must come after register(), which instruments the package
const openai = new OpenAI();

async function summarise(user, text) {
  return identify(user, async () => {
    const messages = [{ role: 'user', content: `In one sentence: ${text}` }];
    return await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
  });
}

await Promise.all([
  summarise('u_ada', 'a long letter'),
  summarise('u_ada', 'a longer one'),
  summarise('u_ben', 'a note'),
]);
for (const { id, calls, costExact } of spend.users()) console.log(id, calls, costExact);
await userspan.shutdown();
