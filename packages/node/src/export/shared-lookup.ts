import type { LookupFunction } from 'node:net';
import { lookupAddress } from '../environment.ts';

type Callback = Parameters<LookupFunction>[2];

/**
 * A `lookup` for `node:net` that shares one DNS query among concurrent connections. The exports of a flush connect at
 * the same time, and a resolver that drops some of their queries would keep the process running until its timeout.
 */
export function sharedLookup(): LookupFunction {
  const waiting = new Map<string, Callback[]>();
  return (hostname, options, callback) => {
    const key = JSON.stringify([hostname, options.family, options.hints, options.all]);
    const callbacks = waiting.get(key);
    if (callbacks !== undefined) {
      callbacks.push(callback);
      return;
    }
    waiting.set(key, [callback]);
    lookupAddress(hostname, options, (...answer) => {
      const connections = waiting.get(key) ?? [];
      waiting.delete(key);
      for (const connection of connections) connection(...answer);
    });
  };
}
