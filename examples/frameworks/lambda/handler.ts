import { flushAfter, identify, register } from '@userspan/node';
import OpenAI from 'openai';

const userspan = register();
userspan.manuallyInstrument(OpenAI); // in a bundle there is nothing to hook into
const openai = new OpenAI();

interface Event {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

// Lambda freezes the process when it has answered, so what is recorded leaves before.
export const handler = (event: Event): Promise<object> => flushAfter(userspan, answer(event));

async function answer({ headers, body }: Event): Promise<object> {
  const { question } = JSON.parse(body) as { question: string };
  // In your app: the user of the authorizer, event.requestContext.authorizer.
  return await identify(headers['x-user'] ?? null, { plan: 'pro' }, async () => {
    const { choices } = await openai.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: question }],
    });
    return { statusCode: 200, body: JSON.stringify({ answer: choices[0]?.message.content }) };
  });
}
