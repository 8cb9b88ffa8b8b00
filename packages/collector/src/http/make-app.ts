import fastifyCookie from '@fastify/cookie';
import { fastify, LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyPluginAsync, HTTPMethods } from 'fastify';
import type { ByteBudget } from '../ingest/byte-budget.ts';
import type { Intake } from '../ingest/intake.ts';
import type { PassedCollectors } from '../ingest/passed-collectors.ts';
import type { LunaryIntake } from '../ingest/lunary/lunary-intake.ts';
import { lunaryRoutes } from '../ingest/lunary/lunary-routes.ts';
import { postHogRoutes } from '../ingest/posthog/posthog-routes.ts';
import { guard, takeTargetHost, type GuardOptions } from '../security/guard.ts';
import { answerErrors, sendProblem } from './answer-errors.ts';
import { answerClientError } from './client-error.ts';
import { corsPreflight } from './cors-preflight.ts';
import { isPageRequest, serveDashboard, wellFormedPath } from './dashboard.ts';
import { healthRoutes, type HealthRoutesOptions } from './health-routes.ts';
import { type Metrics, metricsRoute, type SpendText } from './metrics.ts';
import { otlpRoutes } from '../ingest/otlp-routes.ts';
import { securityHeaders } from './security-headers.ts';
import { sessionRoutes } from './session-routes.ts';
import { OTLP_PATHS } from '../ingest/otlp-paths.ts';

export interface AppOptions extends GuardOptions, HealthRoutesOptions {
  readonly logger: FastifyBaseLogger;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Addresses and networks whose `X-Forwarded-*` headers are trusted. */
  readonly trustedProxies: readonly string[];
  readonly intake: Intake;
  readonly lunary: LunaryIntake;
  /** Maximum number of events of another vendor's client in one request. */
  readonly maxEvents: number;
  readonly keepsContent: boolean;
  readonly budget: ByteBudget;
  readonly passed: PassedCollectors;
  readonly maxBodyBytes: number;
  readonly apiRoutes: FastifyPluginAsync;
  readonly dashboardDir: string;
  readonly metrics: Metrics;
  readonly spend: SpendText;
}

/** Time limit for headers, and how often Node checks time limits. */
const TIME_LIMITS = { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, handshakeTimeout: 10_000 };

/** Everything the collector answers over HTTP, on one port. */
export async function makeApp(options: AppOptions): Promise<FastifyInstance> {
  const { tls } = options;
  const app: FastifyInstance = fastify({
    loggerInstance: options.logger,
    // Requests are not logged, because paths contain user ids and filters.
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 60_000,
    keepAliveTimeout: 65_000,
    clientErrorHandler: answerClientError,
    // While stopping, requests on open connections are still answered before these are closed.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 12_288, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true },
    // For invalid paths, which Fastify refuses before it finds a route or hook.
    frameworkErrors: (error, request, reply) => {
      const url = wellFormedPath(request.url);
      return isPageRequest(request) && url !== request.url
        ? reply.redirect(url)
        : sendProblem(request, reply, error.statusCode ?? 400, 'the URL is malformed');
    },
    rewriteUrl: takeTargetHost,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    ...(tls === undefined ? { http: TIME_LIMITS } : { https: { ...TIME_LIMITS, ...tls } }),
  });
  const isTls = tls !== undefined;
  answerErrors(app);
  await securityHeaders(app, { isTls });
  await app.register(fastifyCookie);
  guard(app, options);
  await app.register(otlpRoutes, options);
  await app.register(lunaryRoutes, options);
  await app.register(postHogRoutes, options);
  refuseOtherMethods(app);
  corsPreflight(app, options.corsOrigins);
  await app.register(sessionRoutes, { ...options, isTls });
  await app.register(healthRoutes, options);
  await app.register(metricsRoute, options);
  await app.register(options.apiRoutes, { prefix: '/api' });
  await serveDashboard(app, options.dashboardDir);
  return app;
}

const OTHER_METHODS: HTTPMethods[] = ['GET', 'PUT', 'PATCH', 'DELETE'];

/** Answers 405 for methods other than POST on OTLP paths. */
function refuseOtherMethods(app: FastifyInstance): void {
  for (const { path } of OTLP_PATHS) {
    app.route({
      method: OTHER_METHODS,
      url: path,
      handler: (request, reply) =>
        sendProblem(request, reply.header('allow', 'POST, OPTIONS'), 405, 'OTLP/HTTP is POST'),
    });
  }
}
