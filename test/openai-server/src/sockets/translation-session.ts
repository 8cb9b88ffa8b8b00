import type { SocketContext, SocketSession } from './socket-session.ts';
import type { Json } from '../http/json.ts';
import { stringOf } from '../http/json.ts';

/**
 * Translation over a WebSocket: each piece of audio is answered with a piece of translated audio and its text. It is billed
 * by the minute of audio, and no event reports a usage. A piece that is the base64 of `cut` cuts the connection.
 */
export function translationSession({ state, query, send, cut, close }: SocketContext): SocketSession {
  const model = query.get('model') ?? 'gpt-realtime-translate';
  let session: Json = {
    id: state.nextId('sess_'),
    type: 'translation',
    model,
    expires_at: 1_900_000_000,
    audio: { input: { transcription: null, noise_reduction: null }, output: { language: 'en' } },
  };
  const emit = (type: string, fields: Json = {}): void =>
    send({ type, event_id: state.nextId('event_'), ...fields });
  emit('session.created', { session });

  return {
    receive(event) {
      const type = stringOf(event['type']);
      if (type === 'session.update') {
        session = { ...session, ...(event['session'] as Json), id: session['id'], model };
        emit('session.updated', { session });
      } else if (type === 'session.input_audio_buffer.append') {
        const heard = Buffer.from(stringOf(event['audio']) ?? '', 'base64').toString();
        if (heard === 'cut') return cut();
        emit('session.output_audio.delta', { delta: 'AAAA', elapsed_ms: 20 });
        emit('session.output_transcript.delta', { delta: heard, elapsed_ms: 20 });
      } else if (type === 'session.close') {
        emit('session.closed');
        close(1000, 'OK');
      }
    },
    gone() {},
  };
}
