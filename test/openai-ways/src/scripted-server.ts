import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { LOOPBACK_CERTIFICATE } from '@userspan-test/openai-server';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { WebSocketServer } from 'ws';

import { MAJORS } from './majors.ts';
import type { OpenAIClient } from './majors.ts';
import type { SocketGround } from './socket-ground.ts';
import { startSocketGround } from './socket-ground.ts';

export type Event = Readonly<Record<string, unknown>>;

/** The server's side of one connection. */
export interface ScriptedSocket {
  /** Sends an event, or a message as it is. */
  readonly send: (message: Event | string | Buffer) => void;
  readonly cut: () => void;
}

/** What a server does with an event that it receives on a connection; the first is `{ type: 'open' }`. */
export type SocketScript = (event: Event, socket: ScriptedSocket, path: string) => void;

/** A server with TLS whose WebSockets follow a script. */
export interface ScriptedServer {
  readonly clientOf: (major: number) => OpenAIClient;
  readonly follow: (script: SocketScript) => void;
  readonly close: () => Promise<void>;
}

/** A usage of text; the number of input tokens identifies the response. */
export function usageOf(input: number): Event {
  return {
    input_tokens: input,
    output_tokens: 5,
    total_tokens: input + 5,
    input_token_details: { text_tokens: input, audio_tokens: 0, cached_tokens: 0 },
    output_token_details: { text_tokens: 5, audio_tokens: 0 },
  };
}

/** A server with scripts and an instrumentation, for the tests of one file. */
export interface ScriptedGround {
  readonly ground: SocketGround;
  readonly server: ScriptedServer;
  /** Begins a session. Response ids are remembered by the process, so each session has its own. */
  readonly newSession: () => void;
  /** The id of a response, or of anything else, in the current session. */
  readonly idOf: (name: string) => string;
}

/** Starts and stops them with the tests of the file that calls this. The instrumentation is off before each test. */
export function useScriptedGround(): ScriptedGround {
  let started: { readonly ground: SocketGround; readonly server: ScriptedServer } | undefined;
  let sessions = 0;
  const known = (): { readonly ground: SocketGround; readonly server: ScriptedServer } => {
    if (started === undefined) throw new Error('the server starts with the first test');
    return started;
  };
  beforeAll(async () => {
    const [ground, server] = await Promise.all([startSocketGround(), startScriptedServer()]);
    started = { ground, server };
  });
  afterAll(async () => {
    await known().server.close();
    await known().ground.stop();
  });
  afterEach(() => {
    known().ground.instrumentation.disable();
    known().ground.reset();
  });
  return {
    get ground() {
      return known().ground;
    },
    get server() {
      return known().server;
    },
    newSession: () => {
      sessions += 1;
    },
    idOf: (name) => `resp_${String(sessions)}_${name}`,
  };
}

async function startScriptedServer(): Promise<ScriptedServer> {
  let current: SocketScript = () => {};
  const server = createServer(LOOPBACK_CERTIFICATE);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      const script = current;
      const path = request.url ?? '';
      const own: ScriptedSocket = {
        send: (message) => {
          const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
          client.send(isRaw ? message : JSON.stringify(message));
        },
        cut: () => client.terminate(),
      };
      client.on('message', (data) => {
        // oxlint-disable-next-line typescript/no-base-to-string -- a Buffer, as the server was made
        const event = JSON.parse(String(data)) as Event;
        script(event, own, path);
        // Echoed, so that an app knows when it has received everything.
        if (event['type'] === 'bye') own.send(event);
      });
      script({ type: 'open' }, own, path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseURL = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`;
  return {
    clientOf(major) {
      const module = MAJORS.find(([known]) => known === major)?.[1];
      if (module === undefined) throw new Error(`no openai ${String(major)}`);
      return new module.OpenAI({ apiKey: 'sk-test', baseURL, dangerouslyAllowBrowser: true });
    },
    follow: (script) => (current = script),
    async close() {
      for (const client of sockets.clients) client.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
