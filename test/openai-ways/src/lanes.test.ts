import { identify } from '@userspan/core';
import { describe, expect, test } from 'vitest';

import type { Event, ScriptedSocket, SocketScript } from './scripted-server.ts';
import { usageOf, useScriptedGround } from './scripted-server.ts';
import { callsIn, named } from './socket-ground.ts';
import { RESPONSES } from './sockets.ts';
import type { Socket } from './sockets.ts';

const scripted = useScriptedGround();
const { idOf, newSession } = scripted;

const LANE_HEAD = { model: 'gpt-4o-mini', metadata: {}, previous_response_id: null };

function begin({ send }: ScriptedSocket, name: string, lane?: unknown, more: Event = {}): void {
  const response = { ...LANE_HEAD, id: idOf(name), status: 'in_progress', ...more };
  send({ type: 'response.created', stream_id: lane, response });
}

/** The number of input tokens identifies the response. */
function end({ send }: ScriptedSocket, name: string, input: number, lane?: unknown, more: Event = {}): void {
  const response = {
    ...LANE_HEAD,
    id: idOf(name),
    status: 'completed',
    output: [],
    usage: usageOf(input),
    ...more,
  };
  send({ type: 'response.completed', stream_id: lane, response });
}

const ask = (more: Event = {}): Event => ({
  type: 'response.create',
  model: 'gpt-4o-mini',
  input: 'x',
  ...more,
});

interface LaneCase {
  readonly name: string;
  readonly script: () => SocketScript;
  readonly talk: (socket: Socket) => void;
  /** User, input tokens and error of each call. */
  readonly calls: readonly (readonly [user: string, input: number | undefined, error?: string])[];
}

/** Answers two requests in reverse order, with one input token in the lane `first` and two in the other. */
function reversed(first: string | undefined): SocketScript {
  const waiting: Event[] = [];
  return (event, socket) => {
    if (event['type'] !== 'response.create') return;
    waiting.unshift(event);
    if (waiting.length < 2) return;
    for (const { stream_id: lane } of waiting) begin(socket, String(lane), lane);
    for (const { stream_id: lane } of waiting) end(socket, String(lane), lane === first ? 1 : 2, lane);
  };
}

/** Conversations over one connection of the Responses API, opened by `u1`. */
const LANES: readonly LaneCase[] = [
  {
    name: 'two lanes whose responses are answered in another order',
    script: () => reversed('a'),
    talk: (socket) => {
      identify('ua', () => socket.send(ask({ stream_id: 'a' })));
      identify('ub', () => socket.send(ask({ stream_id: 'b' })));
    },
    calls: [
      ['ub', 2],
      ['ua', 1],
    ],
  },
  {
    name: 'a lane beside requests without one',
    script: () => reversed(undefined),
    talk: (socket) => {
      identify('ua', () => socket.send(ask()));
      identify('ub', () => socket.send(ask({ stream_id: 'b' })));
    },
    calls: [
      ['ub', 2],
      ['ua', 1],
    ],
  },
  {
    name: 'lanes of a server without them',
    script: () => (event, socket) => {
      if (event['type'] !== 'response.create') return;
      const lane = String(event['stream_id']);
      begin(socket, lane);
      end(socket, lane, lane === 'a' ? 1 : 2);
    },
    talk: (socket) => {
      identify('ua', () => socket.send(ask({ stream_id: 'a' })));
      identify('ub', () => socket.send(ask({ stream_id: 'b' })));
    },
    calls: [
      ['ua', 1],
      ['ub', 2],
    ],
  },
  {
    name: 'a request that is refused in its lane',
    script: () => {
      let first: unknown;
      return (event, socket) => {
        if (event['type'] !== 'response.create') return;
        if (event['stream_id'] === 'a') {
          first = event;
          return;
        }
        socket.send({ type: 'error', stream_id: 'b', status: 400, error: { code: 'bad_input' } });
        if (first === undefined) return;
        begin(socket, 'a', 'a');
        end(socket, 'a', 1, 'a');
      };
    },
    talk: (socket) => {
      identify('ua', () => socket.send(ask({ stream_id: 'a' })));
      identify('ub', () => socket.send(ask({ stream_id: 'b' })));
    },
    calls: [
      ['ub', undefined, 'bad_input'],
      ['ua', 1],
    ],
  },
  {
    name: 'an error in the stream of a response, while another request waits',
    script: () => {
      let count = 0;
      return (event, socket) => {
        if (event['type'] !== 'response.create') return;
        count += 1;
        if (count === 1) return begin(socket, '1');
        socket.send({ type: 'error', sequence_number: 3, error: { code: 'server_error' } });
        const failed = { status: 'failed', error: { code: 'server_error' } };
        socket.send({
          type: 'response.failed',
          response: { ...LANE_HEAD, id: idOf('1'), ...failed, usage: usageOf(1) },
        });
        begin(socket, '2');
        end(socket, '2', 2);
      };
    },
    talk: (socket) => {
      identify('ua', () => socket.send(ask()));
      identify('ub', () => socket.send(ask()));
    },
    calls: [
      ['ua', 1, 'server_error'],
      ['ub', 2],
    ],
  },
  {
    name: 'a response that is steered: its successor, which the app did not request, has the same user',
    script: () => (event, socket) => {
      if (event['type'] === 'response.create') {
        const lane = event['stream_id'] as string | undefined;
        begin(socket, String(lane), lane);
        if (lane !== undefined) end(socket, lane, 3, lane);
      }
      if (event['type'] !== 'response.steer') return;
      const previous = event['previous_response_id'];
      end(socket, 'undefined', 1);
      begin(socket, 'next', undefined, { previous_response_id: previous });
      end(socket, 'next', 2, undefined, { previous_response_id: previous });
    },
    talk: (socket) => {
      socket.on('response.created', (event) => {
        const { id } = event['response'] as { id: string };
        if (id !== idOf('undefined')) return;
        socket.send({ type: 'response.steer', previous_response_id: id, input: 'And Oslo?' });
        identify('ub', () => socket.send(ask({ stream_id: 'b' })));
      });
      identify('ua', () => socket.send(ask()));
    },
    calls: [
      ['ua', 1],
      ['ua', 2],
      ['ub', 3],
    ],
  },
  {
    name: 'a response that another user steers',
    script: () => (event, socket) => {
      if (event['type'] === 'response.create') begin(socket, '1');
      if (event['type'] !== 'response.steer') return;
      const previous = event['previous_response_id'];
      end(socket, '1', 1);
      begin(socket, '2', undefined, { previous_response_id: previous });
      end(socket, '2', 2, undefined, { previous_response_id: previous });
    },
    talk: (socket) => {
      socket.on('response.created', (event) => {
        const { id } = event['response'] as { id: string };
        if (id !== idOf('1')) return;
        identify('ub', () => socket.send({ type: 'response.steer', previous_response_id: id, input: 'x' }));
      });
      identify('ua', () => socket.send(ask()));
    },
    calls: [
      ['ua', 1],
      ['ub', 2],
    ],
  },
  {
    name: 'a steered response whose successor the app requests, because it waits for a tool',
    script: () => {
      let count = 0;
      return (event, socket) => {
        if (event['type'] === 'response.steer') return end(socket, '1', 1);
        if (event['type'] !== 'response.create') return;
        count += 1;
        const previous = event['previous_response_id'];
        begin(socket, String(count), undefined, { previous_response_id: previous });
        if (count > 1) end(socket, String(count), count, undefined, { previous_response_id: previous });
      };
    },
    talk: (socket) => {
      socket.on('response.created', (event) => {
        const { id } = event['response'] as { id: string };
        if (id !== idOf('1')) return;
        socket.send({ type: 'response.steer', previous_response_id: id, input: 'x' });
        identify('ub', () => socket.send(ask({ previous_response_id: id })));
        identify('uc', () => socket.send(ask()));
      });
      identify('ua', () => socket.send(ask()));
    },
    calls: [
      ['ua', 1],
      ['ub', 2],
      ['uc', 3],
    ],
  },
];

describe.each(named(RESPONSES))('%s', (_name, kind) => {
  test.each(LANES.map((row) => [row.name, row] as const))('%s', async (_what, { script, talk, calls }) => {
    newSession();
    scripted.server.follow(script());
    scripted.ground.instrumentation.enable();
    const socket = identify('u1', () => kind.open(scripted.server.clientOf(kind.major)));
    socket.on('error', () => {});
    talk(socket);
    await expect.poll(() => callsIn(scripted.ground.spans()).length).toBe(calls.length);
    socket.close();
    await expect.poll(() => scripted.ground.spans().length).toBe(calls.length + 1);
    const found = callsIn(scripted.ground.spans()).map(({ attributes }) => [
      attributes['user.id'],
      attributes['gen_ai.usage.input_tokens'],
      attributes['error.type'],
    ]);
    expect(found).toEqual(calls.map(([user, input, error]) => [user, input, error]));
  });

  test.each([
    // 1,000 × $0.25 + 5 × $1.00 per million
    ['priority', undefined, 0.000255],
    // 1,000 × $0.15 + 5 × $0.60 per million
    ['priority', 'default', 0.000153],
    ['auto', undefined, 0.000153],
  ])('prices a response that was requested as %s and answered as %s', async (requested, answered, usd) => {
    newSession();
    scripted.server.follow((event, socket) => {
      if (event['type'] !== 'response.create') return;
      begin(socket, '1');
      end(socket, '1', 1000, undefined, answered === undefined ? {} : { service_tier: answered });
    });
    scripted.ground.instrumentation.enable();
    const socket = kind.open(scripted.server.clientOf(kind.major));
    socket.send(ask({ service_tier: requested }));
    await expect.poll(() => callsIn(scripted.ground.spans()).length).toBe(1);
    socket.close();
    expect(callsIn(scripted.ground.spans())[0]?.attributes['gen_ai.usage.cost']).toBe(usd);
  });
});
