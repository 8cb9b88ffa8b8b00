import { bodyParser } from '@koa/bodyparser';
import { identifyRequest } from '@userspan/node/koa';
import Koa from 'koa';
import OpenAI from 'openai';

/** The type of `ctx.state`. */
interface State {
  user?: { readonly id: string; readonly plan: string };
}

const openai = new OpenAI();
const app = new Koa<State>();
app.use(bodyParser());
// In your app: the user of the session.
app.use(async (ctx, next) => {
  const id = ctx.get('x-user');
  if (id !== '') ctx.state.user = { id, plan: 'pro' };
  await next();
});
app.use(
  identifyRequest(
    ({ state: { user } }: Koa.ParameterizedContext<State>) =>
      user && { id: user.id, props: { plan: user.plan } },
  ),
);
app.use(async (ctx) => {
  const { question } = ctx.request.body as { question: string };
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: question }],
  });
  ctx.body = { answer: choices[0]?.message.content };
});

app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
