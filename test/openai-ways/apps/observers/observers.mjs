// What can see the context of a request: functions, channels and instrumentations below the call. Each starts to watch, and
// calls `see` for what it sees. It returns what its client needs, and how to stop.
import dns from 'node:dns';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

const require = createRequire(import.meta.url);
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');
const NEXT_DISPATCHER = Symbol.for('undici.globalDispatcher.2');

/** Replaces a function by one that sees each call. */
function replaced(holder, name, see) {
  const own = Object.getOwnPropertyDescriptor(holder, name);
  const original = holder[name];
  holder[name] = function (...args) {
    see();
    return original.apply(this, args);
  };
  return {
    stop() {
      if (own === undefined) delete holder[name];
      else Object.defineProperty(holder, name, own);
    },
  };
}

function subscribed(name, see) {
  const subscriber = () => see();
  subscribe(name, subscriber);
  return { stop: () => unsubscribe(name, subscriber) };
}

/** `module` is what it patches. It does so when the module is required for the first time from then on. */
function instrumented(Instrumentation, module, tracerProvider) {
  const instrumentation = new Instrumentation();
  instrumentation.setTracerProvider(tracerProvider);
  if (module !== undefined) require(module);
  return { stop: () => instrumentation.disable() };
}

function dispatching(see) {
  const agent = globalThis[NEXT_DISPATCHER] ?? globalThis[DISPATCHER];
  return {
    dispatch(options, handler) {
      see();
      return agent.dispatch(options, handler);
    },
  };
}

const withLogger = (see) => {
  // What is logged later, about the parsed response, is logged in the caller's context.
  const debug = (message) => message.includes('sending request') && see();
  return { debug, info() {}, warn() {}, error() {} };
};

/**
 * A row is a function that starts to watch, or an object with it (`start`), with the majors of `openai` that the row is for
 * (default: all), whether it needs a new connection (`connects`), TLS (`isSecure`) or Azure's client (`isAzure`).
 */
export const OBSERVERS = {
  'a fetch of the client': ({ see }) => ({
    options: {
      fetch(url, init) {
        see();
        return fetch(url, init);
      },
    },
  }),
  'a bound fetch': ({ see }) => ({ options: { fetch: seeingFetch(see).bind(undefined) } }),
  'a replaced global fetch': { majors: [5, 6, 7], start: ({ see }) => replaced(globalThis, 'fetch', see) },
  'a dispatcher of the client': {
    majors: [5, 6, 7],
    start: ({ see }) => ({ options: { fetchOptions: { dispatcher: dispatching(see) } } }),
  },
  'a dispatcher of the request': {
    majors: [5, 6, 7],
    start: ({ see }) => ({ request: { fetchOptions: { dispatcher: dispatching(see) } } }),
  },
  'another global dispatcher': {
    majors: [5, 6, 7],
    start({ see }) {
      const keys = [DISPATCHER, NEXT_DISPATCHER].filter((key) => globalThis[key] !== undefined);
      const before = keys.map((key) => globalThis[key]);
      const own = dispatching(see);
      for (const key of keys) globalThis[key] = own;
      return { stop: () => keys.forEach((key, index) => (globalThis[key] = before[index])) };
    },
  },
  'a wrapped method of the global dispatcher': {
    majors: [5, 6, 7],
    start: ({ see }) => replaced(globalThis[NEXT_DISPATCHER] ?? globalThis[DISPATCHER], 'dispatch', see),
  },
  'a wrapped method of the class of the global dispatcher': {
    majors: [5, 6, 7],
    start: ({ see }) =>
      replaced(
        Object.getPrototypeOf(Object.getPrototypeOf(globalThis[NEXT_DISPATCHER] ?? globalThis[DISPATCHER])),
        'dispatch',
        see,
      ),
  },
  'undici:request:create': {
    majors: [5, 6, 7],
    start: ({ see }) => subscribed('undici:request:create', see),
  },
  'undici:client:sendHeaders': {
    majors: [5, 6, 7],
    start: ({ see }) => subscribed('undici:client:sendHeaders', see),
  },
  'undici:client:beforeConnect': {
    majors: [5, 6, 7],
    connects: true,
    start: ({ see }) => subscribed('undici:client:beforeConnect', see),
  },
  'a wrapped net.connect': {
    majors: [5, 6, 7],
    connects: true,
    start: ({ see }) => replaced(net, 'connect', see),
  },
  'a wrapped connect of sockets': {
    connects: true,
    start: ({ see }) => replaced(net.Socket.prototype, 'connect', see),
  },
  'a wrapped dns.lookup': { connects: true, start: ({ see }) => replaced(dns, 'lookup', see) },
  'a wrapped tls.connect': {
    connects: true,
    isSecure: true,
    start: ({ see }) => replaced(tls, 'connect', see),
  },
  'instrumentation-undici': {
    majors: [5, 6, 7],
    start: ({ tracerProvider }) =>
      instrumented(
        require('@opentelemetry/instrumentation-undici').UndiciInstrumentation,
        undefined,
        tracerProvider,
      ),
  },
  'instrumentation-http': {
    majors: [4],
    start: ({ tracerProvider }) =>
      instrumented(
        require('@opentelemetry/instrumentation-http').HttpInstrumentation,
        'http',
        tracerProvider,
      ),
  },
  'instrumentation-net': {
    connects: true,
    start: ({ tracerProvider }) =>
      instrumented(require('@opentelemetry/instrumentation-net').NetInstrumentation, 'net', tracerProvider),
  },
  'instrumentation-dns': {
    connects: true,
    start: ({ tracerProvider }) =>
      instrumented(require('@opentelemetry/instrumentation-dns').DnsInstrumentation, 'dns', tracerProvider),
  },
  'a subclass with its own fetchWithTimeout': ({ see, OpenAI }) => ({
    Client: class Own extends OpenAI {
      fetchWithTimeout(...args) {
        see();
        return super.fetchWithTimeout(...args);
      }
    },
  }),
  'a subclass with its own prepareOptions': ({ see, OpenAI }) => ({
    Client: class Own extends OpenAI {
      async prepareOptions(...args) {
        see();
        return super.prepareOptions(...args);
      }
    },
  }),
  'a method of one client': ({ see }) => ({ change: (client) => replaced(client, 'prepareRequest', see) }),
  'a method of one client, after its first call': ({ see }) => ({
    changeLater: (client) => replaced(client, 'fetchWithTimeout', see),
  }),
  'a method of the class': ({ see, OpenAI }) => replaced(OpenAI.prototype, 'prepareRequest', see),
  'a function as key': {
    majors: [6, 7],
    start: ({ see }) => ({
      options: {
        async apiKey() {
          see();
          return 'sk-test';
        },
      },
    }),
  },
  'a token provider of Azure': {
    isAzure: true,
    start: ({ see }) => ({
      options: {
        async azureADTokenProvider() {
          see();
          return 'token';
        },
      },
    }),
  },
  'a debug logger': {
    majors: [5, 6, 7],
    start: ({ see }) => ({ options: { logger: withLogger(see), logLevel: 'debug' } }),
  },
  'an iterable body': {
    majors: [5, 6, 7],
    start: ({ see }) => ({
      body: (text) => ({
        async *[Symbol.asyncIterator]() {
          see();
          yield new TextEncoder().encode(text);
        },
      }),
      request: { headers: { 'content-type': 'application/json' } },
    }),
  },
  'a body with toJSON': ({ see }) => ({
    body: (text) => ({
      ...JSON.parse(text),
      toJSON() {
        see();
        return JSON.parse(text);
      },
    }),
  }),
};

function seeingFetch(see) {
  return (url, init) => {
    see();
    return fetch(url, init);
  };
}
