// Calls the MCP server with one client for each user. The server runs in the same process to keep the example small.
import { once } from 'node:events';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { listening } from './server.mjs';

if (!listening.listening) await once(listening, 'listening');
const url = new URL(`http://127.0.0.1:${listening.address().port}/mcp`);

async function ask(user, question) {
  const client = new Client({ name: 'app', version: '1.0.0' });
  await client.connect(
    new StreamableHTTPClientTransport(url, { requestInit: { headers: { 'x-user': user } } }),
  );
  const { content } = await client.callTool({ name: 'ask', arguments: { question } });
  await client.close();
  return content[0].text;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(questions.map(({ user, question }) => ask(user, question)));
for (const answer of answers) console.log(answer);
listening.close();
listening.closeAllConnections();
