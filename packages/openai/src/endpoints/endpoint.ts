/** The facts of a call that follow from its path. */
export interface Endpoint {
  /** `gen_ai.operation.name`. */
  readonly operation: string;
  /** How the answer is read. */
  readonly api: Api;
  /** `openai.api.type`. */
  readonly apiType?: string;
  /** `gen_ai.output.type`, if it does not depend on the request. */
  readonly outputType?: string;
  /** Whether the input has pictures, which have another price than text. */
  readonly takesPictures?: boolean;
  /** Why calls have no cost, if answers of this endpoint never report what they bill. */
  readonly unpriced?: string;
}

/** The shapes of answers. */
export type Api =
  | 'chat'
  | 'responses'
  | 'completions'
  | 'embeddings'
  | 'images'
  | 'audio'
  | 'speech'
  | 'moderations'
  | 'decisions'
  /** Runs of assistants. */
  | 'runs'
  /** Turns of managed agents. */
  | 'agents'
  | 'videos'
  | 'evals'
  | 'graders'
  | 'training'
  /** Answers that report no usage. */
  | 'unmetered'
  /** Responses of a realtime session. */
  | 'realtime';
