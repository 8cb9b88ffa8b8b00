import { get } from 'node:http';

/** Serves an app, sends it one request with a client to which no tracer adds headers, and ends. */
export function serveOnce(app) {
  const server = app.listen(0, '127.0.0.1', () => {
    get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => {
      response.resume().on('end', async () => {
        server.close();
        await globalThis.flushSpans?.();
      });
    });
  });
}
