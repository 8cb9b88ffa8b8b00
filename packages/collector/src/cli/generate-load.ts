import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadRequests } from './load-request.ts';
import type { LoadShape } from './load-request.ts';

export interface LoadOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly spansPerRequest: number;
  readonly connections: number;
  readonly seconds: number;
  /** Target rate in spans per second. Default: as fast as possible. */
  readonly rate: number | undefined;
  readonly users: number;
  /** Prefix of the ids of generated users. */
  readonly idPrefix: string;
  /** Default 1: every span is a call. */
  readonly spansPerCall?: LoadShape['spansPerCall'];
  readonly onSecond: (spans: number, refused: number) => void;
}

/** Result of a run. Times are from the request's first byte to the answer's last. */
export interface LoadResult {
  readonly spans: number;
  readonly refused: number;
  readonly seconds: number;
  readonly spansPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends generated calls over several connections and measures the acknowledgements. */
export async function generateLoad(options: LoadOptions): Promise<LoadResult> {
  const requests = new LoadRequests({
    spans: options.spansPerRequest,
    users: options.users,
    idPrefix: options.idPrefix,
    ...(options.spansPerCall === undefined ? {} : { spansPerCall: options.spansPerCall }),
  });
  const post = poster(options);
  const times: number[] = [];
  let spans = 0;
  let refused = 0;
  const start = performance.now();
  const end = start + options.seconds * 1000;
  const every = options.rate === undefined ? 0 : (options.spansPerRequest / options.rate) * 1000;
  let due = start;
  const ticker = setInterval(() => options.onSecond(spans, refused), 1000);
  const connection = async (): Promise<void> => {
    for (;;) {
      const slot = due;
      due += every;
      const waitMs = slot - performance.now();
      if (Math.max(slot, performance.now()) >= end) {
        return;
      }
      if (waitMs > 1) {
        await sleep(waitMs);
      }
      const sentAt = performance.now();
      const isTaken = await post(requests.next());
      times.push(performance.now() - sentAt);
      if (isTaken) {
        spans += options.spansPerRequest;
      } else {
        refused += 1;
        await sleep(50);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: options.connections }, connection));
  } finally {
    clearInterval(ticker);
    post.close();
  }
  const seconds = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  const quantile = (q: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;
  return {
    spans,
    refused,
    seconds,
    spansPerSecond: spans / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
}

type Post = ((body: Buffer) => Promise<boolean>) & { close(): void };

function poster({ url, token, connections }: LoadOptions): Post {
  const target = new URL('/v1/traces', url);
  const isTls = target.protocol === 'https:';
  const agentOptions = { keepAlive: true, maxSockets: connections };
  const agent = isTls ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  const send = isTls ? httpsRequest : httpRequest;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const post = (body: Buffer): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const headers = {
        ...authorization,
        'content-type': 'application/x-protobuf',
        'content-length': body.length,
      };
      const request = send(target, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode === 200));
        response.once('error', reject);
      });
      request.once('error', reject);
      request.end(body);
    });
  return Object.assign(post, { close: () => agent.destroy() });
}
