import { isResponseNoted } from '@userspan/core/internal';
import { normalizeUsage } from '@userspan/pricing';

import { plainName } from '../call/error-type.ts';
import { forgetOldest } from '../call/forget-oldest.ts';
import { recordFinishedCall } from '../call/record-finished-call.ts';
import { asRecord, asText } from '../call/record.ts';
import type { SessionScope } from './session-scope.ts';

type Fields = Readonly<Record<string, unknown>>;

const MAX_ITEMS = 1000;
const PREFIX = 'conversation.item.input_audio_transcription.';

const TRANSCRIPTION = { operation: 'transcription', apiType: 'realtime', outputType: 'text' } as const;

/** Follows what a session hears: each transcription is a call of its own, by the price of its own model. */
export class TranscriptionTracker {
  readonly #scope: SessionScope;
  /** When each item was committed, in milliseconds since the epoch. */
  readonly #committed = new Map<string, number>();

  constructor(scope: SessionScope) {
    this.#scope = scope;
  }

  receive(type: string, event: Fields): void {
    const item = asText(event['item_id']);
    if (item === undefined) return;
    if (type === 'input_audio_buffer.committed') this.#commit(item);
    else if (type === `${PREFIX}completed`) this.#record(item, event, undefined);
    else if (type === `${PREFIX}failed`) {
      this.#record(item, event, plainName(asRecord(event['error'])?.['code']) ?? 'transcription_failed');
    }
  }

  #commit(item: string): void {
    this.#committed.set(item, Date.now());
    forgetOldest(this.#committed, MAX_ITEMS);
  }

  #record(item: string, event: Fields, failure: string | undefined): void {
    const part = event['content_index'];
    const id = typeof part === 'number' && part > 0 ? `${item}/${String(part)}` : item;
    if (isResponseNoted(id)) return;
    const { recorder, host, context, config, isInThread } = this.#scope;
    recordFinishedCall({
      recorder,
      host,
      context,
      endpoint: TRANSCRIPTION,
      model: config.transcriptionModel,
      usage: normalizeUsage('audio', { usage: event['usage'] }),
      startedAtEpochMs: this.#committed.get(item) ?? Date.now(),
      responseId: id,
      conversationId: isInThread ? undefined : config.id,
      failure,
      isRefused: failure !== undefined && event['usage'] === undefined,
    });
    this.#committed.delete(item);
  }
}
