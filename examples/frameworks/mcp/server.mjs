// An MCP server over HTTP. Its tool calls a model, and the call has the user of the MCP client.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { identifyRequest } from '@userspan/node/express';
import express from 'express';
import OpenAI from 'openai';
import { z } from 'zod';

const openai = new OpenAI();
const app = express();
app.use(express.json());
// In your app: the user of the access token that the client sends.
app.use(identifyRequest((request) => (request.get('x-user') ? { id: request.get('x-user') } : undefined)));

app.post('/mcp', async (request, response) => {
  const server = new McpServer({ name: 'guide', version: '1.0.0' });
  server.registerTool('ask', { inputSchema: { question: z.string() } }, async ({ question }) => {
    const messages = [{ role: 'user', content: question }];
    const { choices } = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
    return { content: [{ type: 'text', text: choices[0].message.content }] };
  });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on('close', () => void server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});

export const listening = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
