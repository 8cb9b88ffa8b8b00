import { asRecord, asText } from '../call/record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The parts of a session's configuration that its calls need; the server repeats it after each change. */
export class SessionConfig {
  id: string | undefined;
  model: string | undefined;
  transcriptionModel: string | undefined;
  /** Whether the server starts responses when the speaker stops (turn detection). */
  startsResponses = true;

  constructor(url: URL | undefined) {
    this.model = url?.searchParams.get('model') ?? undefined;
    this.startsResponses = url?.pathname.endsWith('/realtime') === true;
  }

  /** Reads the `session` of `session.created`, `session.updated`, `transcription_session.created` and so on. */
  read(session: Fields): void {
    const audio = asRecord(asRecord(session['audio'])?.['input']);
    this.id = asText(session['id']) ?? this.id;
    const transcription = audio?.['transcription'] ?? session['input_audio_transcription'];
    if (transcription !== undefined) this.transcriptionModel = asText(asRecord(transcription)?.['model']);
    // In a transcription session, the model is that of the transcription.
    if (session['type'] !== 'transcription') this.model = asText(session['model']) ?? this.model;
    const detection = audio === undefined ? session['turn_detection'] : audio['turn_detection'];
    if (detection === null) this.startsResponses = false;
    else if (detection !== undefined) {
      this.startsResponses = asRecord(detection)?.['create_response'] !== false;
    }
  }
}
