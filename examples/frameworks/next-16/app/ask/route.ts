import { identify } from '@userspan/node';
import OpenAI from 'openai';

const openai = new OpenAI();

export async function POST(request: Request): Promise<Response> {
  const { question } = (await request.json()) as { question: string };
  // In your app: (await auth())?.user.
  const user = request.headers.get('x-user');
  return identify(user, { plan: 'pro' }, () => answer(question));
}

async function answer(question: string): Promise<Response> {
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: question }],
  });
  return Response.json({ answer: choices[0]?.message.content });
}
