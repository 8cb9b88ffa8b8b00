import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { identityRules } from '@userspan/ledger';
import { CloseStack } from './runtime/close-stack.ts';
import { type AppOptions, makeApp } from './http/make-app.ts';
import { HttpConnections } from './http/http-connections.ts';
import { Metrics } from './http/metrics.ts';
import { ByteBudget } from './ingest/byte-budget.ts';
import { type GrpcServer, startGrpcServer } from './ingest/grpc/grpc-server.ts';
import { Intake } from './ingest/intake.ts';
import { namesOfIds } from './otlp/content/name-table.ts';
import { LunaryIntake } from './ingest/lunary/lunary-intake.ts';
import { errorReason } from './runtime/error-reason.ts';
import { packageFile } from './runtime/package-file.ts';
import { type PipelineRuntime, openPipelineRuntime } from './pipeline-runtime.ts';
import { type CollectorOptions, OptionsError } from './config/options.ts';
import { readTls, type TlsPair, watchTls } from './config/tls-files.ts';
import { FailedTokenLimit } from './security/failed-token-limit.ts';
import { isLoopback } from './security/loopback.ts';
import { Sessions } from './security/sessions.ts';
import { type OpenStorageRuntime, openStorageRuntime } from './storage-runtime.ts';
import { RETRY_AFTER_SECONDS } from './ingest/outcome.ts';
import { sendProblem } from './http/answer-errors.ts';

/** A running collector. */
export interface Collector {
  /** Of dashboard, API and OTLP/HTTP: `http://127.0.0.1:4318`. */
  readonly url: string;
  /** Of OTLP/gRPC, where it is on. */
  readonly grpcUrl: string | undefined;
  /** Stops taking spans, lets the batch in flight end, and closes everything. Idempotent. */
  close(): Promise<void>;
}

/** How long a request may take that is under way when the collector stops. */
const CLOSE_GRACE_MS = 4_000;
const DASHBOARD_DIR = fileURLToPath(packageFile('dashboard/'));

/** Starts a collector and resolves when it takes spans. Rejects, with nothing left open, when it cannot. */
export async function startCollector(
  options: CollectorOptions,
  openStore: OpenStorageRuntime = openStorageRuntime,
): Promise<Collector> {
  const logger = pino({ level: options.logLevel, base: null }, pino.destination({ fd: 2, sync: true }));
  const stack = new CloseStack();
  try {
    const back = await openPipelineRuntime(options, openStore, logger, stack);
    return await openFront(options, back, logger, stack);
  } catch (error) {
    await stack.closeAll();
    throw error;
  }
}

async function openFront(
  options: CollectorOptions,
  back: PipelineRuntime,
  logger: Logger,
  stack: CloseStack,
): Promise<Collector> {
  let grpc: GrpcServer | undefined;
  const parts: PipelineRuntime['parts'] = () => ({
    ...back.parts(),
    ...(grpc === undefined ? undefined : { grpc: { state: 'ok', port: grpc.port } }),
  });
  const metrics = new Metrics(parts);
  const intake = new Intake({
    log: back.log,
    isForwarded: options.forwards.length > 0,
    keepsContent: options.content || (options.forwards.length > 0 && options.forwardsContent),
    idNames: namesOfIds(options.identity ?? identityRules()),
    limits: { maxItems: options.maxSpansPerRequest, maxDecodedBytes: options.budgetBytes },
    onOutcome: (signal, outcome, items, seconds) => {
      if (outcome.taken) {
        metrics.taken(signal, items, outcome.rejected, seconds);
      } else {
        metrics.refused(outcome.reason);
      }
    },
  });
  const lunary = await LunaryIntake.open(options.data, intake, (loss) =>
    logger.warn(loss, "the journal of Lunary's runs was damaged; the collector continues with the rest"),
  );
  stack.add(() => lunary.close());
  back.onErase((project, userIds) => lunary.erase(project, userIds));
  const tls = options.tls === undefined ? undefined : await readTls(options.tls);
  const budget = new ByteBudget(options.budgetBytes, options.tokens.length);
  const { host, port, grpcPort, tokens, maxBodyBytes, corsOrigins, allowedHosts, trustedProxies } = options;
  const failedTokens = new FailedTokenLimit();
  const sessions = await Sessions.open(
    options.data,
    (reason) =>
      logger.warn({ reason }, 'the sessions of the dashboard are lost; all users have to sign in again'),
    Date.now(),
  );
  let isReady = false;
  const makeAppWith = (apiRoutes: AppOptions['apiRoutes']): Promise<FastifyInstance> =>
    makeApp({
      logger,
      intake,
      lunary,
      maxEvents: options.maxSpansPerRequest,
      keepsContent: options.content,
      budget,
      passed: back.passed,
      maxBodyBytes,
      tokens,
      corsOrigins,
      allowedHosts,
      trustedProxies,
      sessions,
      failedTokens,
      tls,
      metrics,
      spend: async (project) => back.store.side?.spend?.(project).catch(() => '') ?? '',
      parts,
      apiRoutes,
      isLoopbackBind: isLoopback(host),
      dashboardDir: DASHBOARD_DIR,
      isReady: () => isReady,
    });
  const app = await makeAppWith(back.store.side?.apiRoutes ?? storeDownRoutes);
  const connections = new HttpConnections(app.server, (request, response) => app.routing(request, response));
  stack.add(async () => {
    isReady = false;
    // HTTP and gRPC at the same time: stopping is bounded.
    await Promise.all([connections.close(CLOSE_GRACE_MS, app.close()), grpc?.close(CLOSE_GRACE_MS)]);
  });
  await listening('port', port, app.listen({ host, port, listenTextResolver: () => 'listening' }));
  refuseLoop(options, (app.server.address() as AddressInfo).port);
  if (back.store.side === undefined) {
    back.store.whenOpen((side) => void takeOver(connections, makeAppWith(side.apiRoutes), logger, stack));
  }
  if (grpcPort !== undefined) {
    const server = await listening(
      'grpc-port',
      grpcPort,
      startGrpcServer({
        host,
        port: grpcPort,
        tls,
        tokens,
        failedTokens,
        trustedProxies,
        intake,
        budget,
        maxBodyBytes,
        onError: (error) => logger.error({ err: error }, 'an OTLP/gRPC request failed'),
      }),
    );
    grpc = server;
  }
  if (options.tls !== undefined && tls !== undefined) {
    const unwatch = watchTls(options.tls, tls, {
      renewed: (pair) => {
        (app.server as { setSecureContext?: (pair: TlsPair) => void }).setSecureContext?.(pair);
        grpc?.renewTls(pair);
        logger.info('the TLS certificate was renewed');
      },
      warn: (reason) => logger.warn({ reason }, 'the TLS certificate needs attention'),
    });
    stack.add(unwatch);
  }
  isReady = true;
  const scheme = tls === undefined ? 'http' : 'https';
  const base = `${scheme}://${host.includes(':') ? `[${host}]` : host}`;
  return {
    url: `${base}:${(app.server.address() as AddressInfo).port}`,
    grpcUrl: grpc === undefined ? undefined : `${base}:${grpc.port}`,
    close: () => stack.closeAll(),
  };
}

/** A collector that is its own receiver would send every span for ever. */
function refuseLoop({ forwards }: CollectorOptions, ownPort: number): void {
  for (const { url } of forwards) {
    const { hostname, port } = new URL(url);
    if (isLoopback(hostname) && Number(port) === ownPort) {
      throw new OptionsError(
        `--forward ${url} is this collector itself: it would forward to itself endlessly. Set another URL.`,
      );
    }
  }
}

/** Routes are fixed once a server listens, so the one that has the API answers from now on in the other's place. */
async function takeOver(
  connections: HttpConnections,
  successor: Promise<FastifyInstance>,
  logger: Logger,
  stack: CloseStack,
): Promise<void> {
  try {
    const app = await successor;
    stack.add(() => app.close());
    await app.ready();
    connections.answerWith((request, response) => app.routing(request, response));
    logger.info('the store is open');
  } catch (error) {
    logger.fatal({ reason: errorReason(error) }, 'the API could not be created; restart the collector');
  }
}

/** The most common mistake at start-up gets a message of its own. */
async function listening<T>(flag: string, port: number, start: Promise<T>): Promise<T> {
  try {
    return await start;
  } catch (error) {
    if (/EADDRINUSE/.test(String(error))) {
      throw new OptionsError(
        `Port ${port} is taken, perhaps by another collector: choose one with --${flag} PORT.`,
        { cause: error },
      );
    }
    if (/EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN/.test(String(error))) {
      throw new OptionsError(
        '--host must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.',
        { cause: error },
      );
    }
    if (/EACCES/.test(String(error))) {
      throw new OptionsError(
        `This user may not listen on port ${port}: choose one above 1023 with --${flag} PORT.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Stands in for the API while there is no store to ask. */
async function storeDownRoutes(app: FastifyInstance): Promise<void> {
  app.all('/*', { config: { permission: 'read' } }, (request, reply) =>
    sendProblem(
      request,
      reply.header('retry-after', RETRY_AFTER_SECONDS),
      503,
      'the store is not open yet; /healthz says why',
    ),
  );
}
