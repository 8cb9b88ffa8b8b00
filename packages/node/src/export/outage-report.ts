import { diag } from '@opentelemetry/api';

/** The outcome of one export; `code` 0 is success. */
interface ExportOutcome {
  readonly code: number;
  readonly error?: Error & { readonly status?: number; readonly code?: string };
}

/** Error codes that mean that the collector cannot be reached. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

const TRUST_CA = 'OTEL_EXPORTER_OTLP_CERTIFICATE names the file of a CA to trust.';

/** Advice for rejected certificates, by Node's error code. */
const CERTIFICATE_REMEDIES: ReadonlyMap<string, string> = new Map([
  [
    'CERT_HAS_EXPIRED',
    'Renew the certificate of the collector; if it is valid, correct the clock of this machine.',
  ],
  [
    'CERT_NOT_YET_VALID',
    'Correct the clock of this machine; if it is right, the certificate of the collector is not valid yet.',
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    `The collector sends no certificate of the CA that signed its own: put the intermediate certificate below it in the file of the collector (--tls-cert), or, where a CA of yours signed it, ${TRUST_CA}`,
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'The certificate of the collector is for another host name: use the name that is in it, or add this one to it.',
  ],
]);

/** Warns once when spans cannot be sent and once when they can again, regardless of how many exports fail in between. */
export class OutageReport {
  readonly #endpoint: string;
  #isDown = false;
  #lost = 0;
  #isSilent = false;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** Call with the outcome of each export. */
  exported(spans: number, { code, error }: ExportOutcome): void {
    if (code === 0) {
      if (this.#isDown) {
        diag.warn(
          `userspan: ${this.#endpoint} accepts spans again; ${this.#lost} were lost in the meantime.`,
        );
      }
      this.#isDown = false;
      this.#lost = 0;
      return;
    }
    this.#lost += spans;
    if (this.#isDown || this.#isSilent) return;
    this.#isDown = true;
    diag.warn(
      `userspan: spans cannot be sent to ${this.#endpoint} (${reasonOf(error)}). The app is not affected. ` +
        `${remedyFor(this.#endpoint, error)} This warning is not repeated until spans can be sent again.`,
    );
  }

  /** Reports spans that a flush could not send. It is unknown whether those in running exports arrived. */
  timedOut({ waiting, underWay }: { waiting: number; underWay: number }, limitMs: number): void {
    const spans = waiting + underWay;
    this.#lost += spans;
    if (this.#isDown) return;
    const unless = underWay === 0 ? '' : `, unless the ${underWay} of them that were under way still arrive`;
    diag.warn(
      `userspan: ${spans} spans could not be sent within ${limitMs} ms (flushTimeoutMs) and are lost${unless}: ${this.#endpoint} does not ` +
        'answer in time. Check that a collector answers there, or raise flushTimeoutMs (USERSPAN_FLUSH_TIMEOUT_MS).',
    );
  }

  /** Reports spans that were lost at the end of the process. Without an error, the collector did not answer in time. */
  lostAtExit(spans: number, error: ExportOutcome['error']): void {
    this.#lost += spans;
    if (this.#isDown) return;
    const [reason, remedy] =
      error === undefined
        ? ['it does not answer in time', 'Check that a collector answers there.']
        : [reasonOf(error), remedyFor(this.#endpoint, error)];
    diag.warn(
      `userspan: the last ${spans} spans of this process could not be sent to ${this.#endpoint} (${reason}) and are lost. ${remedy}`,
    );
  }

  /** Runs `end`, which makes exports fail, without warning about them. */
  silently(end: () => void): void {
    this.#isSilent = true;
    try {
      end();
    } finally {
      this.#isSilent = false;
    }
  }
}

/** The reason in one line. OpenSSL's messages may have several. */
function reasonOf(error: Error | undefined): string {
  return error?.message.replaceAll(/\s+/g, ' ').trim() || 'no reason given';
}

function remedyFor(endpoint: string, error: ExportOutcome['error']): string {
  const { status, code } = error ?? {};
  if (status === 401 || status === 403) {
    return 'Set USERSPAN_TOKEN (or the option `token`) to a token of the collector, a value of its --token.';
  }
  if (status === 415)
    return 'Set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf or http/json, as the collector expects.';
  if (status === 404 || status === 405) {
    return 'Set OTEL_EXPORTER_OTLP_ENDPOINT to the base URL of an OTLP/HTTP collector, to which /v1/traces is added.';
  }
  if (status !== undefined) return 'The collector rejects them; its log has the reason.';
  const certificateRemedy = CERTIFICATE_REMEDIES.get(code ?? '');
  if (certificateRemedy !== undefined) return certificateRemedy;
  if (endpoint.startsWith('https:') && code !== undefined && !UNREACHABLE.has(code)) {
    return `Check its certificate and its address; ${TRUST_CA}`;
  }
  return 'Start a collector there (npx @userspan/collector) or set OTEL_EXPORTER_OTLP_ENDPOINT.';
}
