import type { SocketContext, SocketSession } from './socket-session.ts';
import { usdOf } from '../billing/bill.ts';
import { stringOf } from '../http/json.ts';

/**
 * The Live API: the session is billed by its seconds, which it reports as a running total. `output_audio.append` of the
 * client stands for talking: each adds ten seconds. `session.close` reports the final total.
 */
export function liveSession({ state, query, send, close }: SocketContext): SocketSession {
  const id = state.nextId('live_');
  const model = query.get('model') ?? 'gpt-live-1';
  let seconds = 0;
  const session = { id, model, object: 'live.session' };
  send({ type: 'session.started', event_id: state.nextId('event_'), session });
  return {
    receive(event) {
      const type = stringOf(event['type']) ?? '';
      if (type === 'session.input_audio.append') {
        seconds += 10;
        send({ type: 'session.usage.updated', event_id: state.nextId('event_'), usage: { seconds } });
      } else if (type === 'session.close') {
        const usage = { seconds };
        const usd = usdOf('openai', model, 'default', usage);
        state.bills.push({
          id,
          host: 'openai',
          path: '/live',
          model,
          tier: 'default',
          user: null,
          usage,
          usd,
          complete: true,
        });
        send({ type: 'session.closed', event_id: state.nextId('event_'), reason: 'client', session, usage });
        close(1000, 'OK');
      }
    },
    gone() {},
  };
}
