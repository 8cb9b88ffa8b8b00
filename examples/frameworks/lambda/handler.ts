import { flushAfter, identify, register } from '@userspan/node';
import OpenAI from 'openai';

const userspan = register();
userspan.manuallyInstrument(OpenAI); // a bundle does not load `openai` as a module, so there is no module to instrument
const openai = new OpenAI();

interface Event {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

// Lambda freezes the process after the answer, so spans are exported before it.
export const handler = (event: Event): Promise<object> => flushAfter(userspan, answer(event));

async function answer({ headers, body }: Event): Promise<object> {
  const { question } = JSON.parse(body) as { question: string };
  // In your app: the user in event.requestContext.authorizer.
  return await identify(headers['x-user'] ?? null, { plan: 'pro' }, async () => {
    const { choices } = await openai.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: question }],
    });
    return { statusCode: 200, body: JSON.stringify({ answer: choices[0]?.message.content }) };
  });
}
