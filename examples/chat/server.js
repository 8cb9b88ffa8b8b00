import { createServer } from 'node:http';
import { app } from './app.js';

const server = createServer(app);
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`chat app on http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', () => server.close());
