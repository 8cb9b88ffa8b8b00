export { LOOPBACK_CERTIFICATE } from './loopback-certificate.ts';
export { startOpenAIServer } from './start.ts';

export type { Bill, BilledUsage } from './bill.ts';
export type { ReceivedRequest } from './exchange.ts';
export type { Scenario } from './scenario.ts';
export type { OpenAIServer, OpenAIServerOptions } from './start.ts';
