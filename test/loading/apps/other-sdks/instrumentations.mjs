import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { register } from '@userspan/node';

register({ instrumentations: getNodeAutoInstrumentations() });
