import { identify, wrapModel } from '@userspan/node';

const model = wrapModel(
  async (messages) => {
    const response = await fetch(
      `${process.env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1'}/chat/completions`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${process.env.OPENAI_API_KEY}`,
        },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages }),
      },
    );
    return await response.json();
  },
  { provider: 'openai', model: 'gpt-4o-mini', usage: ({ usage }) => usage },
);

async function ask(question) {
  const { choices } = await model([{ role: 'user', content: question }]);
  return choices[0].message.content;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
