import type { Logger } from 'pino';
import { Alerting } from './alerts/alerting.ts';
import { openSecretBox } from './alerts/secret-box.ts';
import type { CollectorOptions } from './config/options.ts';
import { BackgroundMeter } from './metering/background-meter.ts';
import { Meter } from './metering/meter.ts';
import { errorReason } from './runtime/error-reason.ts';
import type { Storage } from './storage/storage.ts';

/** The alerts and meter events of a collector. */
export interface AlertingRuntime {
  readonly alerting: Alerting;
  readonly meter: Meter;
  /** Evaluates no more alerts, and waits until the meter events that are being sent are sent. */
  close(): Promise<void>;
}

/** Starts to evaluate alerts, and to send meter events after each evaluation. */
export async function openAlerting(
  store: Storage,
  options: CollectorOptions,
  logger: Logger,
): Promise<AlertingRuntime> {
  const onError = (error: unknown): void =>
    logger.error({ reason: errorReason(error) }, 'alerts or meter events failed; retrying');
  const alerting = new Alerting({
    store,
    box: await openSecretBox(options.data, { key: options.secretsKey, keyFile: options.secretsKeyFile }),
    allowsPrivate: options.allowsPrivateReceivers,
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    onError,
    onLocked: (text, isAlone) =>
      logger.error(
        `${text}. ${isAlone ? 'Nothing is sent to them until then.' : 'This collector evaluates no alerts and sends nothing until then.'}`,
      ),
    afterEvaluation: async (nowMs) => meters.begin(nowMs),
  });
  const meter = new Meter({
    store,
    writer: alerting.writer,
    clock: Date.now,
    allowsPrivate: options.allowsPrivateReceivers,
    maySend: () => alerting.isHeld,
  });
  const meters = new BackgroundMeter(store, meter, alerting, onError);
  await alerting.configs.sealOld();
  alerting.start();
  return {
    alerting,
    meter,
    close: async () => {
      await alerting.stop();
      await meters.idle();
    },
  };
}
