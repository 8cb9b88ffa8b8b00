import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:zlib';

import fastifyCompress from '@fastify/compress';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';

import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import type { ApiContext } from './api-context.ts';
import { openApiRoute } from './response/open-api.ts';
import { Alerting } from '../alerts/alerting.ts';
import { SecretBox } from '../alerts/secret-box.ts';
import { Meter } from '../metering/meter.ts';
import { applyRoute } from './alerting/apply-route.ts';
import { ownUsageRoutes } from './alerting/own-usage-routes.ts';
import { marginRoutes } from './metering/margin-routes.ts';
import { revenueRoutes } from './metering/revenue-routes.ts';
import { exporterRoutes } from './metering/exporter-routes.ts';
import { alertRoutes } from './alerting/alert-routes.ts';
import { budgetRoutes } from './alerting/budget-routes.ts';
import { channelRoutes } from './alerting/channel-routes.ts';
import { aliasRoutes } from './alias-routes.ts';
import { collectorRoute } from './collector-route.ts';
import type { Retention } from './collector-route.ts';
import { eventsRoute } from './events-route.ts';
import { lazyValidators } from './request/lazy-validators.ts';
import { refuseUnknownParameters } from './request/refuse-unknown.ts';
import { repriceRoute } from './prices/reprice-route.ts';
import { priceRoutes } from './prices/price-routes.ts';
import { LockedSecretsError } from '../alerts/config-book.ts';
import { forClient, Unwanted } from '../runtime/wanted.ts';
import { InvalidQuery } from '../storage/read/query/invalid-query.ts';
import { addExports } from './response/exports.ts';
import { Problem } from './response/problem.ts';
import type { FeedState } from '../prices/feed-watch.ts';
import { rollupRoutes } from './rollup-routes.ts';
import { sampleRoutes } from './sample-routes.ts';
import { userWriteRoutes } from './user-write-routes.ts';
import { breakdownRoutes } from './usage/breakdown-routes.ts';
import { callsRoutes } from './calls-routes.ts';
import { feedbackRoutes } from './feedback-routes.ts';
import { subjectRoutes } from './usage/subject-routes.ts';
import { systemRoutes } from './usage/system-routes.ts';
import { toDateRoute } from './usage/to-date-route.ts';
import { whatChangedRoutes } from './usage/what-changed-routes.ts';
import { neighborsRoute } from './neighbors-route.ts';
import { searchRoute } from './search-route.ts';
import { seriesRoutes } from './series-routes.ts';
import { threadRoutes } from './thread-routes.ts';
import { userRoutes } from './user-routes.ts';
import { summaryRoute } from './summary-route.ts';
import { usersRoutes } from './users-routes.ts';

export interface ApiOptions {
  readonly pipeline: SpanPipeline;
  /** Alerts and budgets. Without it, they can be configured but are not evaluated. */
  readonly alerting?: Alerting;
  /** Sends meter events. Default: a new one. */
  readonly meter?: Meter;
  /** The state of the price feed. */
  readonly feedState?: () => FeedState;
  /** When calls are deleted, for the page about the collector. Default never. */
  readonly retention?: Retention;
  /** Whether stored prompts and answers are hidden. Default false. */
  readonly hidesContent?: boolean;
  /** Removes users from waiting records of the log. Its result becomes part of the receipt. */
  readonly eraseFromWal?: (project: string, userIds: readonly string[]) => Promise<object>;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
}

/**
 * Answers `304 Not Modified` if the client already has the same answer.
 *
 * `@fastify/etag` is not used, because it also does so for writes and errors, and does not support a list of tags.
 */
function addETags(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload: unknown) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    const tag = `W/"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`;
    reply.header('etag', tag);
    reply.header('cache-control', 'private, no-cache');
    const known = request.headers['if-none-match'];
    if (known === undefined) return payload;
    const isKnown = known.split(',').some((each) => each.trim() === tag || each.trim() === '*');
    if (!isKnown) return payload;
    reply.code(304);
    reply.removeHeader('content-type');
    reply.removeHeader('content-length');
    return '';
  });
}

/**
 * The API, to be registered under `/api`. Needs `request.project`, which the app sets from the token; every answer is
 * about that project only.
 */
export function makeApiRoutes(options: ApiOptions): FastifyPluginAsync {
  return async (app) => {
    const { pipeline } = options;
    const clock = options.clock ?? Date.now;
    const alerting =
      options.alerting ??
      new Alerting({ store: pipeline.store, clock, box: new SecretBox(randomBytes(32).toString('base64')) });
    const context: ApiContext = {
      store: pipeline.store,
      pipeline,
      aliases: pipeline.store.users.openAliasBook(),
      alerting,
      meter:
        options.meter ??
        new Meter({
          store: pipeline.store,
          writer: alerting.writer,
          clock,
          allowsPrivate: alerting.options.allowsPrivate ?? false,
        }),
      clock,
      ...(options.feedState === undefined ? {} : { feedState: options.feedState }),
      hidesContent: options.hidesContent ?? false,
      ...(options.eraseFromWal === undefined ? {} : { eraseFromWal: options.eraseFromWal }),
    };
    app.setValidatorCompiler(lazyValidators());
    // The shapes of answers are only for the document. Tests compare answers with it.
    app.setSerializerCompiler(() => (data: unknown) => JSON.stringify(data));
    // Readers do not depend on HTTP, so their error for an invalid query becomes a 400 here.
    app.setErrorHandler((error) => {
      // Nobody receives this answer.
      if (error instanceof Unwanted) throw new Problem(499, error.message);
      if (error instanceof InvalidQuery) throw new Problem(400, error.message);
      if (error instanceof LockedSecretsError) throw new Problem(409, `${error.message}.`);
      throw error;
    });
    // Answers have tens of kilobytes with repeated names. Streams are not compressed, because their events are sent
    // immediately.
    await app.register(fastifyCompress, {
      encodings: ['br', 'gzip'],
      customTypes: /^application\/json/,
      brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    });
    noteClosedConnections(app);
    addExports(app);
    openApiRoute(app);
    addETags(app);
    // Before the answer is sent, because the client may send a read immediately afterwards.
    app.addHook('onSend', async (request) => {
      if (request.method !== 'GET') context.store.forgetAnswers();
    });
    takeIdFromQuery(app);
    refuseUnknownParameters(app);
    usersRoutes(app, context);
    userRoutes(app, context);
    neighborsRoute(app, context);
    whatChangedRoutes(app, context);
    toDateRoute(app, context);
    seriesRoutes(app, context);
    threadRoutes(app, context);
    feedbackRoutes(app, context);
    searchRoute(app, context);
    callsRoutes(app, context);
    breakdownRoutes(app, context);
    summaryRoute(app, context);
    subjectRoutes(app, context);
    systemRoutes(app, context);
    userWriteRoutes(app, context);
    aliasRoutes(app, context);
    priceRoutes(app, context);
    repriceRoute(app, context);
    rollupRoutes(app, context);
    collectorRoute(app, context, {
      retention: options.retention ?? {},
      keepsContent: options.hidesContent !== true,
    });
    sampleRoutes(app, context);
    alertRoutes(app, context);
    channelRoutes(app, context);
    budgetRoutes(app, context);
    applyRoute(app, context);
    exporterRoutes(app, context);
    ownUsageRoutes(app, context);
    marginRoutes(app, context);
    revenueRoutes(app, context);
    eventsRoute(app, context);
  };
}

/** Queries of a read whose connection the client has closed do not begin. Changes are completed. */
function noteClosedConnections(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'GET') {
      done();
      return;
    }
    let isClosed = false;
    reply.raw.once('close', () => {
      isClosed = true;
    });
    forClient(() => !isClosed, done);
  });
}

/**
 * Makes `/users/~?id=..` equal to `/users/{id}`. URL parsers resolve `.` and `..` in paths, even if escaped, so such
 * ids are only possible in the query. `/users/~` without the parameter is the user with the id `~`.
 */
export function takeIdFromQuery(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const params = request.params as { id?: string };
    const query = request.query as { id?: unknown };
    if (params.id !== '~' || typeof query.id !== 'string') return;
    params.id = query.id;
    delete query.id;
  });
}
