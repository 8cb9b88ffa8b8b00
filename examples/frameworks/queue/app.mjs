import { identify } from '@userspan/node';
import OpenAI from 'openai';
import PQueue from 'p-queue';

const openai = new OpenAI();
const queue = new PQueue({ concurrency: 1 });

// As in a worker of BullMQ or SQS: the user is in the data of the job, because the context of the request ends with the request.
async function work({ data: { user, question } }) {
  return await identify(user, async () => {
    const messages = [{ role: 'user', content: question }];
    const { choices } = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
    return choices[0].message.content;
  });
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(questions.map((data) => queue.add(() => work({ data }))));
for (const answer of answers) console.log(answer);
