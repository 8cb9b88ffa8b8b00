import { register } from 'node:module';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { instrumentations, spanProcessors } from './own-pieces.mjs';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
new NodeSDK({
  instrumentations: [getNodeAutoInstrumentations(), ...instrumentations],
  spanProcessors,
}).start();
