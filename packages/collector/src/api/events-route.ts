import type { FastifyInstance } from 'fastify';
import { Type } from './request/schema.ts';

import type { CallRow } from '../storage/write/call-row.ts';
import type { ApiContext } from './api-context.ts';
import { callJsonOf } from '../storage/read/calls/call-json.ts';
import { EventStreams, eventText } from './response/event-streams.ts';
import { Problem } from './response/problem.ts';
import { endOfNow } from '../storage/read/query/range.ts';
import { EVERYBODY } from '../storage/read/users/matching-keys.ts';

const DAY_MS = 86_400_000;
/** Minimum time between events. By then, their batch is stored. */
const PAUSE_MS = 1_000;
const PING_MS = 15_000;
const MAX_CALLS = 50;
const MAX_WATCHERS = 200;

const QUERY = Type.Object({
  project: Type.Optional(
    Type.String({
      description:
        'A project of the session. Other routes read it from the header `userspan-project`, which an EventSource cannot send.',
    }),
  ),
});

/** The event streams of a project, and its pending events. */
class Watchers {
  readonly streams: EventStreams = new EventStreams();
  readonly #context: ApiContext;
  readonly #project: string;
  #calls: CallRow[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** What was read last, for clients that come at the same time. Forgotten when there are new calls. */
  #figures: { readonly atMs: number; readonly read: Promise<object> } | undefined;

  constructor(context: ApiContext, project: string) {
    this.#context = context;
    this.#project = project;
  }

  add(calls: readonly CallRow[]): void {
    this.#figures = undefined;
    this.#calls.push(...calls);
    if (this.#calls.length > MAX_CALLS) this.#calls = this.#calls.slice(-MAX_CALLS);
    this.#timer ??= setTimeout(() => void this.#tell(), PAUSE_MS / 4);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.streams.endAll();
  }

  /** The figures of the day. Many clients that come at once are one query. */
  figures(): Promise<object> {
    const nowMs = performance.now();
    if (this.#figures === undefined || nowMs - this.#figures.atMs > PAUSE_MS) {
      const read = this.#readFigures();
      this.#figures = { atMs: nowMs, read };
      read.catch(() => (this.#figures = undefined));
    }
    return this.#figures.read;
  }

  async #readFigures(): Promise<object> {
    const now = this.#context.clock();
    const range = { fromMs: now - (now % DAY_MS), toMs: endOfNow(now) };
    const { store, aliases } = this.#context;
    const hasAliases = !(await aliases.isEmpty(this.#project));
    const query = { project: this.#project, range, filter: {}, scope: { ...EVERYBODY, hasAliases } };
    const [{ calls, cost, costExact }, [{ users } = { users: 0 }]] = await Promise.all([
      store.usage.readUsage(query),
      store.users.countUsers({ ...query, isOnlyCount: true }),
    ]);
    return {
      users,
      calls,
      cost,
      costExact,
      since: new Date(range.fromMs).toISOString(),
      at: new Date(now).toISOString(),
    };
  }

  async #tell(): Promise<void> {
    const calls = this.#calls;
    this.#calls = [];
    try {
      this.streams.send(
        eventText('calls', calls.map(callJsonOf).toReversed()) + eventText('figures', await this.figures()),
      );
    } catch {
      // The store does not answer. The figures are sent again with the next calls.
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#calls.length > 0) void this.#tell();
    }, PAUSE_MS);
  }
}

/** Sends new calls and the figures of the day as server-sent events. */
export function eventsRoute(app: FastifyInstance, context: ApiContext): void {
  const projects = new Map<string, Watchers>();
  const stop = context.pipeline.onCalls((calls) => {
    for (const [project, watchers] of projects) {
      const own = calls.filter((call) => call.project === project);
      if (own.length > 0) watchers.add(own);
    }
  });
  const pings = setInterval(() => {
    for (const { streams } of projects.values()) {
      streams.send(eventText('ping', {}));
    }
  }, PING_MS);
  pings.unref();
  app.addHook('preClose', async () => {
    stop();
    clearInterval(pings);
    for (const watchers of projects.values()) watchers.stop();
  });

  app.route({
    method: 'GET',
    url: '/events',
    config: { permission: 'read', takesProjectInQuery: true },
    schema: {
      operationId: 'watch',
      summary: 'New calls and the figures of the day, as server-sent events',
      querystring: QUERY,
      response: { 200: { 'x-content-type': 'text/event-stream', type: 'string' } },
    },
    handler: async (request, reply) => {
      const { project } = request;
      reply.header('cache-control', 'no-store');
      reply.header('x-accel-buffering', 'no');
      reply.type('text/event-stream; charset=utf-8');
      // Fastify would read the stream for as long as it is open, and send nothing.
      if (request.method === 'HEAD') return reply.send();
      let watchers = projects.get(project);
      if (watchers === undefined) {
        watchers = new Watchers(context, project);
        projects.set(project, watchers);
      }
      const own = watchers;
      if (own.streams.size >= MAX_WATCHERS) throw new Problem(503, 'There are too many open event streams.');
      const first = `retry: 2000\n\n${eventText('figures', await own.figures())}`;
      const stream = own.streams.add(first);
      // The stream ends when its session does.
      const end = (): void => own.streams.end(stream);
      const unwatch = request.onSessionEnd?.(end);
      // A client that ends its side still gets other answers, but this one would never end.
      const { socket } = request.raw;
      if (socket.readableEnded) end();
      socket.once('end', end);
      request.raw.on('close', () => {
        unwatch?.();
        socket.off('end', end);
        stream.destroy();
        if (own.streams.size === 0 && projects.get(project) === own) {
          own.stop();
          projects.delete(project);
        }
      });
      return reply.send(stream);
    },
  });
}
