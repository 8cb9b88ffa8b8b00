import type { UserProps } from '@userspan/core';

/**
 * Fields of a request for Userspan. They are removed from a copy of the body and not sent to the vendor.
 *
 * The declarations below add them to every create method of the `openai` package. Parameters of images can be extended
 * only since openai 5; with openai 4, spread the fields: `images.generate({ prompt, ...fields })`.
 */
export interface CallOptions {
  /**
   * The user of the call, for endpoints without a `user` field or if it should not be sent to the vendor. Takes
   * precedence over `user`.
   */
  userId?: string | null;
  /** Props of the user in `userId`, `user` or `safety_identifier`. Ignored without one of them. */
  userProps?: UserProps | null;
  /** Tags of the call, the attribute `userspan.tags`. */
  tags?: readonly string[] | null;
}

// Each declaration is there twice, because `import` and `require` have separate type files since openai 5. The
// `@ts-ignore` comments prevent errors in applications without `openai` or without that file, and must be JSDoc to be
// included in the published file.

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/chat/completions/completions.mjs' {
  interface ChatCompletionCreateParamsBase extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/chat/completions/completions.js' {
  interface ChatCompletionCreateParamsBase extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/responses/responses.mjs' {
  interface ResponseCreateParamsBase extends CallOptions {}
  interface ResponseCompactParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/responses/responses.js' {
  interface ResponseCreateParamsBase extends CallOptions {}
  interface ResponseCompactParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/embeddings.mjs' {
  interface EmbeddingCreateParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/embeddings.js' {
  interface EmbeddingCreateParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/completions.mjs' {
  interface CompletionCreateParamsBase extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/completions.js' {
  interface CompletionCreateParamsBase extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/images.mjs' {
  interface ImageGenerateParamsBase extends CallOptions {}
  interface ImageEditParamsBase extends CallOptions {}
  interface ImageCreateVariationParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/images.js' {
  interface ImageGenerateParamsBase extends CallOptions {}
  interface ImageEditParamsBase extends CallOptions {}
  interface ImageCreateVariationParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/speech.mjs' {
  interface SpeechCreateParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/speech.js' {
  interface SpeechCreateParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/transcriptions.mjs' {
  interface TranscriptionCreateParamsBase extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/transcriptions.js' {
  interface TranscriptionCreateParamsBase extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/translations.mjs' {
  interface TranslationCreateParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/translations.js' {
  interface TranslationCreateParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/moderations.mjs' {
  interface ModerationCreateParams extends CallOptions {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/moderations.js' {
  interface ModerationCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/responses/responses.mjs' {
  interface ResponseCreateParamsBase extends CallOptions {}
  interface ResponseCompactParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/responses/responses.js' {
  interface ResponseCreateParamsBase extends CallOptions {}
  interface ResponseCompactParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/decisions.mjs' {
  interface DecisionCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/decisions.js' {
  interface DecisionCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/threads/threads.mjs' {
  interface ThreadCreateAndRunParamsBase extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/threads/threads.js' {
  interface ThreadCreateAndRunParamsBase extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/threads/runs/runs.mjs' {
  interface RunCreateParamsBase extends CallOptions {}
  interface RunSubmitToolOutputsParamsBase extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/threads/runs/runs.js' {
  interface RunCreateParamsBase extends CallOptions {}
  interface RunSubmitToolOutputsParamsBase extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/agents/sessions/sessions.mjs' {
  interface SessionCreateParamsBase extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/agents/sessions/sessions.js' {
  interface SessionCreateParamsBase extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/agents/sessions/events.mjs' {
  interface EventCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/agents/sessions/events.js' {
  interface EventCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/videos.mjs' {
  interface VideoCreateParams extends CallOptions {}
  interface VideoEditParams extends CallOptions {}
  interface VideoExtendParams extends CallOptions {}
  interface VideoRemixParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/videos.js' {
  interface VideoCreateParams extends CallOptions {}
  interface VideoEditParams extends CallOptions {}
  interface VideoExtendParams extends CallOptions {}
  interface VideoRemixParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/evals/runs/runs.mjs' {
  interface RunCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/evals/runs/runs.js' {
  interface RunCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/fine-tuning/alpha/graders.mjs' {
  interface GraderRunParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/fine-tuning/alpha/graders.js' {
  interface GraderRunParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/fine-tuning/jobs/jobs.mjs' {
  interface JobCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/fine-tuning/jobs/jobs.js' {
  interface JobCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/realtime/calls.mjs' {
  interface CallCreateParams extends CallOptions {}
  interface CallAcceptParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/realtime/calls.js' {
  interface CallCreateParams extends CallOptions {}
  interface CallAcceptParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/realtime/client-secrets.mjs' {
  interface ClientSecretCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/realtime/client-secrets.js' {
  interface ClientSecretCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/realtime/translations/client-secrets.mjs' {
  interface ClientSecretCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/realtime/translations/client-secrets.js' {
  interface ClientSecretCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/realtime/sessions.mjs' {
  interface SessionCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/realtime/sessions.js' {
  interface SessionCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/realtime/transcription-sessions.mjs' {
  interface TranscriptionSessionCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/realtime/transcription-sessions.js' {
  interface TranscriptionSessionCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/chatkit/sessions.mjs' {
  interface SessionCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/beta/chatkit/sessions.js' {
  interface SessionCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/live/live.mjs' {
  interface LiveCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/live/live.js' {
  interface LiveCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/live/sessions.mjs' {
  interface SessionAcceptParams extends CallOptions {}
  interface SessionForkParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/live/sessions.js' {
  interface SessionAcceptParams extends CallOptions {}
  interface SessionForkParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/containers/containers.mjs' {
  interface ContainerCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/containers/containers.js' {
  interface ContainerCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/vector-stores/vector-stores.mjs' {
  interface VectorStoreCreateParams extends CallOptions {}
  interface VectorStoreSearchParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/vector-stores/vector-stores.js' {
  interface VectorStoreCreateParams extends CallOptions {}
  interface VectorStoreSearchParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/vector-stores/files.mjs' {
  interface FileCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/vector-stores/files.js' {
  interface FileCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/vector-stores/file-batches.mjs' {
  interface FileBatchCreateParams extends CallOptions {}
}
/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/vector-stores/file-batches.js' {
  interface FileBatchCreateParams extends CallOptions {}
}
