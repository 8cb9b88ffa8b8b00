import { isResponseRecorded } from '@userspan/core/internal';
import { normalizeUsage } from '@userspan/pricing';

import { plainName } from '../call/error-type.ts';
import { forgetOldest } from '../call/forget-oldest.ts';
import type { FinishedCall } from '../call/record-finished-call.ts';
import { recordFinishedCall } from '../call/record-finished-call.ts';
import { asRecord, asText } from '../call/record.ts';
import { beginningOf, firstChunkSecondsOf } from './beginning.ts';
import type { SessionScope } from './session-scope.ts';
import type { CommittedAudio, SharedCall } from './shared-call.ts';

type Fields = Readonly<Record<string, unknown>>;

const MAX_ITEMS = 1000;
const PREFIX = 'conversation.item.input_audio_transcription.';

const TRANSCRIPTION = { operation: 'transcription', apiType: 'realtime', outputType: 'text' } as const;

/** Records each transcription of a session's input as a separate call with the price of its own model. */
export class TranscriptionTracker {
  readonly #scope: SessionScope;
  readonly #call: SharedCall;

  constructor(scope: SessionScope, call: SharedCall) {
    this.#scope = scope;
    this.#call = call;
  }

  receive(type: string, event: Fields): void {
    const item = asText(event['item_id']);
    if (item === undefined) return;
    if (type === 'input_audio_buffer.committed') this.#commit(item);
    else if (type === `${PREFIX}delta`) this.#countChunk(item);
    else if (type === `${PREFIX}completed`) this.#end(item, event, undefined);
    else if (type === `${PREFIX}failed`) {
      this.#end(item, event, plainName(asRecord(event['error'])?.['code']) ?? 'transcription_failed');
    }
  }

  /** The connection is lost: what was committed may have been transcribed and billed. */
  drop(): void {
    const { connections, committed } = this.#call;
    // Another connection to the same call sees the transcription.
    if (connections > 1) return;
    for (const [item, audio] of committed) {
      // Without a model nothing is transcribed.
      if (audio.model === undefined || isResponseRecorded(item)) continue;
      this.#record(item, audio, {
        usage: {},
        failure: 'connection_closed',
        unpriced: 'the connection closed before the transcription ended, and its usage was not sent',
      });
    }
    committed.clear();
  }

  #commit(item: string): void {
    const { committed } = this.#call;
    if (committed.has(item) || isResponseRecorded(item)) return;
    committed.set(item, this.#audioNow());
    forgetOldest(committed, MAX_ITEMS);
  }

  #countChunk(item: string): void {
    const audio = this.#call.committed.get(item);
    if (audio !== undefined) audio.firstChunkAtMs ??= performance.now();
  }

  #end(item: string, event: Fields, failure: string | undefined): void {
    const part = event['content_index'];
    const id = typeof part === 'number' && part > 0 ? `${item}/${String(part)}` : item;
    const audio = this.#call.committed.get(item) ?? this.#audioNow();
    this.#call.committed.delete(item);
    if (isResponseRecorded(id)) return;
    this.#record(id, audio, {
      usage: normalizeUsage('audio', { usage: event['usage'] }),
      failure,
      isRefused: failure !== undefined && event['usage'] === undefined,
    });
  }

  #record(
    id: string,
    audio: CommittedAudio,
    end: Pick<FinishedCall, 'usage' | 'failure' | 'unpriced' | 'isRefused'>,
  ): void {
    const { recorder, host, config, context } = this.#scope;
    recordFinishedCall({
      ...end,
      recorder,
      host,
      context: this.#call.context ?? context,
      endpoint: TRANSCRIPTION,
      model: audio.model ?? config.transcriptionModel,
      startedAtEpochMs: audio.startedAtEpochMs,
      firstChunkSeconds: firstChunkSecondsOf(audio),
      responseId: id,
      conversationId: config.id,
    });
  }

  #audioNow(): CommittedAudio {
    return { ...beginningOf(undefined), model: this.#scope.config.transcriptionModel };
  }
}
