import { get } from 'node:http';

/** Serves an app, asks it once by a client of its own that no tracer adds headers to, and ends. */
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
