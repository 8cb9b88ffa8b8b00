import type { Alerting } from '../alerts/alerting.ts';
import type { ConfigBook } from '../alerts/config-book.ts';
import type { Storage } from '../storage/storage.ts';
import type { Exporter, ExporterSecrets } from './exporter.ts';
import type { Meter, MeterTarget } from './meter.ts';
import { importDueRevenue } from './revenue/import-revenue.ts';

/** Exporters of all projects whose keys can be read. */
export async function readMeterTargets(configs: ConfigBook): Promise<readonly MeterTarget[]> {
  const records = await configs.records({ kinds: ['exporter', 'exporter-secret'] });
  const keys = new Map<string, ExporterSecrets>();
  for (const { project, kind, id, value } of records) {
    if (kind === 'exporter-secret') keys.set(`${project}\0${id}`, JSON.parse(value) as ExporterSecrets);
  }
  return records.flatMap(({ project, kind, id, value }) => {
    const secrets = keys.get(`${project}\0${id}`);
    return kind === 'exporter' && secrets !== undefined
      ? [{ project, exporter: JSON.parse(value) as Exporter, secrets }]
      : [];
  });
}

/** Minimum time between imports of revenue, even after a failure. */
const IMPORT_PAUSE_MS = 10 * 60_000;

/** Runs exporters and imports of revenue in the background, so that a biller that hangs delays no alert. */
export class BackgroundMeter {
  readonly #store: Pick<Storage, 'alerting' | 'metering'>;
  readonly #meter: Meter;
  readonly #alerting: Alerting;
  readonly #onError: (error: unknown) => void;
  #running: Promise<void> | undefined;
  #nextImportMs = 0;

  constructor(
    store: Pick<Storage, 'alerting' | 'metering'>,
    meter: Meter,
    alerting: Alerting,
    onError: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#meter = meter;
    this.#alerting = alerting;
    this.#onError = onError;
  }

  /** Starts a round, unless one is still running. */
  begin(nowMs: number): void {
    this.#running ??= this.#round(nowMs)
      .catch(this.#onError)
      .finally(() => {
        this.#running = undefined;
      });
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #round(nowMs: number): Promise<void> {
    await this.#meter.runDue(await readMeterTargets(this.#alerting.configs), nowMs);
    if (nowMs < this.#nextImportMs) return;
    this.#nextImportMs = nowMs + IMPORT_PAUSE_MS;
    await importDueRevenue(this.#store, this.#alerting, nowMs);
  }
}
