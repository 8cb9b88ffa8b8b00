export { LOOPBACK_CERTIFICATE } from './http/loopback-certificate.ts';
export { startOpenAIServer } from './start.ts';

export type { Bill, BilledUsage } from './billing/bill.ts';
export type { ReceivedRequest } from './http/exchange.ts';
export type { Scenario } from './scenario.ts';
export type { OpenAIServer, OpenAIServerOptions } from './start.ts';
