import type { SocketContext, SocketSession } from './socket-session.ts';
import { usdOf } from '../billing/bill.ts';
import type { BilledUsage } from '../billing/bill.ts';
import type { Json } from '../http/json.ts';
import { listOf, objectOf, stringOf } from '../http/json.ts';
import { parseScenario } from '../scenario.ts';
import { countTokens, tokensOf } from '../words.ts';

/** A response that is being made, a word at a time. */
interface Making {
  readonly id: string;
  readonly model: string;
  readonly usage: BilledUsage;
  readonly request: Json;
  readonly words: readonly string[];
  readonly cutAfter: number | undefined;
  readonly ending: string;
  sent: number;
  timer: NodeJS.Immediate | NodeJS.Timeout | undefined;
  readonly slowMs: number;
  readonly repeatsMetadata: boolean;
}

/**
 * The Realtime API: `response.create` is answered word by word; what is appended to the audio buffer with the base64 of
 * a text is heard, transcribed, and answered when the session's turn detection is on. Counts are words; the
 * instructions of a response may hold directives: `[[audio input 40; cached 30; words 8; cut after 3]]`. Audio that begins with
 * `cut` cuts the connection before its transcription is sent.
 */
export function realtimeSession(context: SocketContext): SocketSession {
  const { state, query, send } = context;
  const isTranscription = query.get('intent') === 'transcription';
  let session: Json = {
    type: isTranscription ? 'transcription' : 'realtime',
    object: 'realtime.session',
    id: state.nextId('sess_'),
    model: query.get('model') ?? 'gpt-realtime',
    audio: { input: { transcription: null, turn_detection: { type: 'server_vad', create_response: true } } },
  };
  let making: Making | undefined;
  let heard = '';
  const texts: string[] = [];
  const emit = (type: string, fields: Json = {}): void =>
    send({ type, event_id: state.nextId('event_'), ...fields });
  emit('session.created', { session });

  const receivers: Readonly<Record<string, (event: Json) => void>> = {
    'session.update': (event) => {
      const update = objectOf(event['session']);
      const input = {
        ...objectOf(objectOf(session['audio'])['input']),
        ...objectOf(objectOf(update['audio'])['input']),
      };
      session = { ...session, ...update, id: session['id'], audio: { input } };
      emit('session.updated', { session });
    },
    // Before the API was generally available.
    'transcription_session.update': (event) => {
      session = { ...session, ...objectOf(event['session']), type: 'transcription', audio: undefined };
      emit('transcription_session.updated', { session });
    },
    'conversation.item.create': (event) => {
      const content = listOf(objectOf(event['item'])['content']).map(objectOf);
      texts.push(...content.map((part) => stringOf(part['text']) ?? ''));
      emit('conversation.item.added', { item: event['item'] });
    },
    'input_audio_buffer.append': (event) => {
      heard += Buffer.from(stringOf(event['audio']) ?? '', 'base64').toString();
      const detection = objectOf(objectOf(session['audio'])['input'])['turn_detection'] ?? null;
      if (detection === null || !heard.endsWith('.')) return;
      emit('input_audio_buffer.speech_started', { item_id: 'item', audio_start_ms: 0 });
      commit();
      if (session['type'] !== 'transcription' && objectOf(detection)['create_response'] !== false) begin({});
    },
    'input_audio_buffer.commit': () => commit(),
    'response.create': (event) => begin(event),
    'response.cancel': () => {
      if (making !== undefined) end('cancelled');
    },
  };

  return {
    receive: (event) => receivers[stringOf(event['type']) ?? '']?.(event),
    gone() {
      if (making !== undefined) charge(making, false);
      stop();
    },
  };

  function commit(): void {
    const item = state.nextId('item_');
    emit('input_audio_buffer.committed', { item_id: item });
    const transcription =
      objectOf(objectOf(session['audio'])['input'])['transcription'] ?? session['input_audio_transcription'];
    const model = stringOf(objectOf(transcription)['model']);
    const stated = heard;
    texts.push(stated);
    heard = '';
    if (model === undefined) return;
    const audio = 10 * countTokens(stated);
    const usage =
      model === 'whisper-1'
        ? { seconds: countTokens(stated) }
        : { inputTokens: audio, audioInputTokens: audio, outputTokens: countTokens(stated) };
    const isCut = stated.startsWith('cut');
    bill(item, '/realtime/transcription', model, usage, !isCut);
    if (isCut) return context.cut();
    emit('conversation.item.input_audio_transcription.delta', {
      item_id: item,
      content_index: 0,
      delta: stated,
    });
    emit('conversation.item.input_audio_transcription.completed', {
      item_id: item,
      content_index: 0,
      transcript: stated,
      usage:
        usage.seconds === undefined
          ? {
              type: 'tokens',
              input_tokens: audio,
              output_tokens: countTokens(stated),
              total_tokens: audio + countTokens(stated),
              input_token_details: { audio_tokens: audio, text_tokens: 0 },
            }
          : { type: 'duration', seconds: usage.seconds },
    });
  }

  function begin(event: Json): void {
    const request = objectOf(event['response']);
    if (making !== undefined) {
      emit('error', {
        error: {
          type: 'invalid_request_error',
          code: 'conversation_already_has_active_response',
          message: 'Conversation already has an active response in progress.',
          event_id: event['event_id'] ?? null,
        },
      });
      return;
    }
    const directives = /\[\[(.*?)\]\]/s.exec(stringOf(request['instructions']) ?? '')?.[1] ?? '';
    const scenario = parseScenario(directives) ?? {};
    const counts = scenario.usage ?? {};
    const words = tokensOf(scenario.text ?? 'I heard you.');
    const cachedAudio = counts['cachedAudioInputTokens'] ?? 0;
    const audioOutput = counts['audioOutputTokens'] ?? 0;
    making = {
      id: state.nextId('resp_'),
      model: String(session['model']),
      request,
      words,
      usage: {
        inputTokens:
          counts['inputTokens'] ?? countTokens(texts.join(' ')) + (counts['audioInputTokens'] ?? 0),
        cachedInputTokens: counts['cachedInputTokens'] ?? 0,
        cachedAudioInputTokens: cachedAudio,
        audioInputTokens: counts['audioInputTokens'] ?? 0,
        audioOutputTokens: audioOutput,
      },
      cutAfter: scenario.cutAfter,
      ending: scenario.outcome ?? 'completed',
      sent: 0,
      timer: undefined,
      slowMs: scenario.slowMs ?? 0,
      repeatsMetadata: scenario.noMetadata !== true,
    };
    emit('response.created', { response: responseOf(making, 'in_progress') });
    step();
  }

  function step(): void {
    if (making === undefined) return;
    const { words, sent, cutAfter, id, slowMs } = making;
    if (cutAfter !== undefined && sent >= cutAfter) {
      context.cut();
      return;
    }
    if (sent === words.length) return end(making.ending);
    emit('response.output_audio_transcript.delta', { response_id: id, delta: words[sent] });
    making.sent += 1;
    making.timer = slowMs > 0 ? setTimeout(step, slowMs) : setImmediate(step);
  }

  function stop(): void {
    if (making?.timer !== undefined) clearTimeout(making.timer as NodeJS.Timeout);
    making = undefined;
  }

  function end(status: string): void {
    const ended = making;
    if (ended === undefined) return;
    stop();
    if (status !== 'failed') charge(ended, true);
    emit('response.done', { response: responseOf(ended, status) });
  }

  /** Everything that was sent is billed, also where the client is gone. */
  function charge(made: Making, complete: boolean): void {
    bill(made.id, '/realtime', made.model, usageOf(made), complete);
  }

  function bill(id: string, path: string, model: string, usage: BilledUsage, complete: boolean): void {
    const usd = usdOf('openai', model, 'default', usage);
    state.bills.push({ id, host: 'openai', path, model, tier: 'default', user: null, usage, usd, complete });
  }

  function usageOf({ usage, sent }: Making): BilledUsage {
    return { ...usage, outputTokens: sent + (usage.audioOutputTokens ?? 0) };
  }

  function responseOf(made: Making, status: string): Json {
    const { id, request, sent, words, repeatsMetadata } = made;
    const usage = usageOf(made);
    const text = words.slice(0, sent).join('');
    const message = {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_audio', transcript: text }],
    };
    const details: Readonly<Record<string, Json>> = {
      cancelled: { type: 'cancelled', reason: 'client_cancelled' },
      incomplete: { type: 'incomplete', reason: 'max_output_tokens' },
      failed: { type: 'failed', error: { code: 'server_error', type: 'server_error' } },
    };
    return {
      object: 'realtime.response',
      id,
      status,
      status_details: details[status] ?? null,
      output: status === 'in_progress' ? [] : [message],
      output_modalities: (usage.audioOutputTokens ?? 0) > 0 ? ['audio'] : ['text'],
      conversation_id: request['conversation'] === 'none' ? null : 'conv_1',
      ...(repeatsMetadata ? { metadata: request['metadata'] ?? null } : {}),
      usage: status === 'in_progress' || status === 'failed' ? null : wireUsage(usage),
    };
  }
}

function wireUsage(usage: BilledUsage): Json {
  const input = usage.inputTokens ?? 0;
  const output = usage.outputTokens ?? 0;
  const audioIn = usage.audioInputTokens ?? 0;
  const audioOut = usage.audioOutputTokens ?? 0;
  const cached = usage.cachedInputTokens ?? 0;
  const cachedAudio = usage.cachedAudioInputTokens ?? 0;
  return {
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    input_token_details: {
      text_tokens: input - audioIn,
      audio_tokens: audioIn,
      image_tokens: 0,
      cached_tokens: cached,
      cached_tokens_details: {
        text_tokens: cached - cachedAudio,
        audio_tokens: cachedAudio,
        image_tokens: 0,
      },
    },
    output_token_details: { text_tokens: output - audioOut, audio_tokens: audioOut },
  };
}
