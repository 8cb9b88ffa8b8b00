// Calls the bundled handler as Lambda does, with one event at a time, and then exits without waiting for exports.
import { createRequire } from 'node:module';

const { handler } = process.argv[2].endsWith('.cjs')
  ? createRequire(import.meta.url)(process.argv[2])
  : await import(process.argv[2]);
const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
for (const { user, question } of questions) {
  const { body } = await handler({ headers: { 'x-user': user }, body: JSON.stringify({ question }) });
  console.log(body);
}
process.exit(0);
