import { TimeSlice } from '../runtime/time-slice.ts';
import { WalUnavailable } from '../wal/wal-unavailable.ts';
import type { WalRecord } from '../wal/record.ts';
import type { BudgetShare } from './byte-budget.ts';
import { refuseShare } from './read-body.ts';
import { type Outcome, refuse, type Refusal } from './outcome.ts';
import { requestFromJson } from '../otlp/request-from-json.ts';
import { scanJson } from '../otlp/scan-json.ts';
import { type RequestCount, scanProtobufInSteps } from '../otlp/scan-protobuf.ts';
import type { Signal } from '../otlp/signal.ts';
import { RequestScreen } from '../otlp/content/request-screen.ts';
import type { ScreenOptions } from '../otlp/content/request-screen.ts';
import { withoutUnusedLogs } from '../otlp/spans-of-logs.ts';
import { withoutInvalidSpans } from '../otlp/without-items.ts';

/** One uncompressed OTLP request, from any protocol. */
export interface IncomingRequest {
  readonly signal: Signal;
  readonly encoding: 'protobuf' | 'json';
  readonly body: Uint8Array;
  readonly project: string;
  readonly claimed: boolean;
  /** The request's share of the budget, which already includes its body. */
  readonly share: BudgetShare;
}

export interface IntakeLimits {
  /** Maximum number of spans, log records or metrics in one request. */
  readonly maxItems: number;
  /** Maximum decoded size of one request in bytes, estimated from its counts. */
  readonly maxDecodedBytes: number;
}

export interface IntakeOptions {
  readonly log: { append(record: WalRecord): Promise<void> };
  readonly limits: IntakeLimits;
  /** Whether requests are forwarded to receivers. If not, only data that the store uses is logged. */
  readonly isForwarded: boolean;
  /** Whether prompts and answers may be in the log, because they are stored or forwarded. */
  readonly keepsContent: boolean;
  /** Attributes that name a user or a thread. The answer reports ids that are not used. Default: none. */
  readonly idNames?: ScreenOptions['idNames'];
  readonly onOutcome?: (signal: Signal, outcome: Outcome, acceptedItems: number, seconds: number) => void;
}

// Measured on Node 20 with the generated decoder: a message with a few fields, and a span's own arrays and ids.
const ELEMENT_BYTES = 64;
const ITEM_BYTES = 600;
/** A parsed JSON value is larger, and exists at the same time as its message. */
const JSON_ELEMENT_BYTES = 160;
/** Maximum number of reasons for refused ids in one answer. */
const MAX_REASONS = 5;

/** The only entry for requests over HTTP and gRPC: each is counted, checked, logged, and then answered. */
export class Intake {
  readonly #options: IntakeOptions;

  readonly #screen: RequestScreen;

  constructor(options: IntakeOptions) {
    this.#options = options;
    const { keepsContent, idNames } = options;
    this.#screen = new RequestScreen({ removesContent: !keepsContent, ...(idNames && { idNames }) });
  }

  /** Resolves when the request is durable, or with the reason for refusing it. Never rejects. */
  async receive(request: IncomingRequest): Promise<Outcome> {
    const start = performance.now();
    request.share.arrived();
    const { outcome, items } = await this.#receive(request);
    this.#options.onOutcome?.(request.signal, outcome, items, (performance.now() - start) / 1000);
    return outcome;
  }

  /** Counts a request that was refused before its body arrived. */
  countRefusal(signal: Signal, refusal: Refusal): void {
    this.#options.onOutcome?.(signal, refusal, 0, 0);
  }

  async #receive(request: IncomingRequest): Promise<{ readonly outcome: Outcome; readonly items: number }> {
    const bytes = request.encoding === 'json' ? await this.#fromJson(request) : request.body;
    if ('taken' in bytes) {
      return { outcome: bytes, items: 0 };
    }
    const scan = await new TimeSlice().run(scanProtobufInSteps(request.signal, bytes));
    if ('malformed' in scan) {
      const message = `not an OTLP ${request.signal} request: ${scan.malformed}`;
      return { outcome: refuse('malformed', message), items: 0 };
    }
    const decodedBytes = bytes.length + scan.elements * ELEMENT_BYTES + scan.items * ITEM_BYTES;
    const outcome = this.#tooMuch(scan.items, decodedBytes) ?? (await this.#append(request, bytes, scan));
    return { outcome, items: outcome.taken ? scan.items - outcome.rejected : 0 };
  }

  async #append(request: IncomingRequest, bytes: Uint8Array, scan: RequestCount): Promise<Outcome> {
    const rejected = scan.invalidItems;
    const warnings: string[] = [];
    if (rejected > 0) {
      warnings.push(
        `${rejected} of ${scan.items} spans have no valid trace_id (16 bytes) and span_id (8 bytes), not all zeroes`,
      );
    }
    const used = await this.#usedPart(
      request.signal,
      rejected === 0 ? bytes : withoutInvalidSpans(bytes).bytes,
      {
        items: scan.items - rejected,
        warnings,
      },
    );
    if (used.items > 0) {
      const { signal, project, claimed } = request;
      const { keepsContent } = this.#options;
      try {
        await this.#options.log.append({
          signal,
          project,
          claimed,
          receivedAtMs: Date.now(),
          items: used.items,
          body: used.bytes,
          ...(keepsContent || signal === 'metrics' ? undefined : { contentRemoved: true }),
        });
      } catch (error) {
        if (error instanceof WalUnavailable) {
          return refuse('unavailable', error.message);
        }
        throw error;
      }
    }
    return { taken: true, rejected, message: warnings.join('; ') };
  }

  /** The part of a request that is logged. Adds messages for the sender to `warnings`. */
  async #usedPart(
    signal: Signal,
    bytes: Uint8Array,
    { items, warnings }: { readonly items: number; readonly warnings: string[] },
  ): Promise<{ readonly bytes: Uint8Array; readonly items: number }> {
    const { isForwarded, keepsContent } = this.#options;
    if (items === 0 || (signal === 'metrics' && !isForwarded)) {
      if (items > 0) {
        warnings.push(`${items} metrics were ignored: calls are counted from spans and log records`);
      }
      return { bytes, items: 0 };
    }
    let part = { bytes, items };
    if (signal === 'logs' && !isForwarded) {
      const used = withoutUnusedLogs(bytes, keepsContent);
      part = { bytes: used.bytes, items: items - used.removed };
      if (used.removed > 0) {
        warnings.push(
          `${used.removed} of ${items} log records were ignored: they are not requests to a model`,
        );
      }
    }
    const screening = this.#screen.screenInSteps(signal, part.bytes);
    const { bytes: screened, refusedIds } = await new TimeSlice().run(screening);
    for (const [reason, { kind, count }] of [...refusedIds].slice(0, MAX_REASONS)) {
      warnings.push(`${count} ${kind} ${count === 1 ? 'id was' : 'ids were'} not used: ${reason}`);
    }
    return { bytes: screened, items: part.items };
  }

  async #fromJson(request: IncomingRequest): Promise<Uint8Array | Refusal> {
    const { signal, body, share } = request;
    const { maxItems } = this.#options.limits;
    const scan = await scanJson(signal, body, maxItems);
    if ('malformed' in scan) {
      return refuse('malformed', `not JSON: ${scan.malformed}`);
    }
    if ('tooMany' in scan) {
      return refuse('too-large', `the request has more than ${maxItems} items: send smaller batches`);
    }
    // One part is parsed at a time, while the protobuf of all parts is in memory.
    const parsedBytes = body.length + scan.mostElements * JSON_ELEMENT_BYTES;
    const tooMuch = this.#tooMuch(scan.items, parsedBytes);
    if (tooMuch !== undefined) {
      return tooMuch;
    }
    if (!share.grow(parsedBytes)) {
      return refuseShare(share, parsedBytes);
    }
    const converted = await requestFromJson(signal, body, scan.request);
    return 'malformed' in converted
      ? refuse('malformed', `not an OTLP/JSON ${signal} request: ${converted.malformed}`)
      : converted.bytes;
  }

  #tooMuch(items: number, decodedBytes: number): Refusal | undefined {
    const { maxItems, maxDecodedBytes } = this.#options.limits;
    if (items > maxItems) {
      return refuse(
        'too-large',
        `${items} in one request, at most ${maxItems} are allowed: send smaller batches`,
      );
    }
    return decodedBytes > maxDecodedBytes
      ? refuse('too-large', 'the request would decode to too many bytes: send smaller batches')
      : undefined;
  }
}
