import { WalUnavailable } from '../wal/wal-unavailable.ts';
import type { WalRecord } from '../wal/record.ts';
import type { BudgetShare } from './byte-budget.ts';
import { refuseShare } from './read-body.ts';
import { type Outcome, refuse, type Refusal } from './outcome.ts';
import { requestFromJson } from '../otlp/request-from-json.ts';
import { scanJson } from '../otlp/scan-json.ts';
import { type RequestCount, scanProtobuf } from '../otlp/scan-protobuf.ts';
import type { Signal } from '../otlp/signal.ts';
import { withoutInvalidSpans } from '../otlp/without-items.ts';

/** One OTLP request, whichever way it came, uncompressed. */
export interface IncomingRequest {
  readonly signal: Signal;
  readonly encoding: 'protobuf' | 'json';
  readonly body: Uint8Array;
  readonly project: string;
  readonly claimed: boolean;
  /** What the request holds of the budget already: its body. */
  readonly share: BudgetShare;
}

export interface IntakeLimits {
  /** Most spans, log records or metrics in one request. */
  readonly maxItems: number;
  /** Most bytes that one request may come to once decoded, as estimated from its counts. */
  readonly maxDecodedBytes: number;
}

export interface IntakeOptions {
  readonly log: { append(record: WalRecord): Promise<void> };
  readonly limits: IntakeLimits;
  /** Signals that a consumer of the log reads; others are answered and dropped. */
  readonly wanted: ReadonlySet<Signal>;
  readonly onOutcome?: (signal: Signal, outcome: Outcome, acceptedItems: number, seconds: number) => void;
}

// Measured on Node 20 with the generated decoder: a message with a few fields, and a span's own arrays and ids.
const ELEMENT_BYTES = 64;
const ITEM_BYTES = 600;
/** A parsed JSON value is larger, and lives beside the message made of it. */
const JSON_ELEMENT_BYTES = 160;

/** The one way in: every request, over HTTP and gRPC, is counted, checked, logged, and only then answered. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Resolves when the request is durable, or with why it was not taken. Never rejects. */
  async receive(request: IncomingRequest): Promise<Outcome> {
    const start = performance.now();
    const { outcome, items } = await this.#receive(request);
    this.#options.onOutcome?.(request.signal, outcome, items, (performance.now() - start) / 1000);
    return outcome;
  }

  /** Counts a request that was refused before its body was here. */
  noteRefusal(signal: Signal, refusal: Refusal): void {
    this.#options.onOutcome?.(signal, refusal, 0, 0);
  }

  async #receive(request: IncomingRequest): Promise<{ readonly outcome: Outcome; readonly items: number }> {
    const bytes = request.encoding === 'json' ? await this.#fromJson(request) : request.body;
    if ('taken' in bytes) {
      return { outcome: bytes, items: 0 };
    }
    const scan = scanProtobuf(request.signal, bytes);
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
    const items = scan.items - rejected;
    const { signal, project, claimed } = request;
    if (items > 0 && this.#options.wanted.has(signal)) {
      const body = rejected === 0 ? bytes : withoutInvalidSpans(bytes).bytes;
      try {
        await this.#options.log.append({
          signal,
          project,
          claimed,
          receivedAtMs: Date.now(),
          items,
          body,
        });
      } catch (error) {
        if (error instanceof WalUnavailable) {
          return refuse('unavailable', error.message);
        }
        throw error;
      }
    }
    const message =
      rejected === 0
        ? ''
        : `${rejected} of ${scan.items} spans have no valid trace_id (16 bytes) and span_id (8 bytes), not all zeroes`;
    return { taken: true, rejected, message };
  }

  async #fromJson(request: IncomingRequest): Promise<Uint8Array | Refusal> {
    const { signal, body, share } = request;
    const { maxItems } = this.#options.limits;
    const scan = await scanJson(signal, body, maxItems);
    if ('malformed' in scan) {
      return refuse('malformed', `not JSON: ${scan.malformed}`);
    }
    if ('tooMany' in scan) {
      return refuse(
        'too-large',
        `the request has more items than are taken, at most ${maxItems}: send smaller batches`,
      );
    }
    // One part is parsed at a time, and lives beside the protobuf that is made of all.
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
        `${items} in one request, at most ${maxItems} are taken: send smaller batches`,
      );
    }
    return decodedBytes > maxDecodedBytes
      ? refuse('too-large', 'the request would decode to too many bytes: send smaller batches')
      : undefined;
  }
}
