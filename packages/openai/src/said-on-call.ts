import type { UserProps } from '@userspan/core';

/**
 * What a call may say to us and not to the vendor: both fields are taken out of a copy of the body.
 *
 * Every create method of the `openai` package takes them, by the declarations below. Parameters of pictures can only be
 * added to since openai 5; with openai 4 they are spread: `images.generate({ prompt, ...said })`.
 */
export interface SaidOnCall {
  /** Props of the user whom the call's `user` (or `safety_identifier`) names; dropped without one. */
  userProps?: UserProps | null;
  /** Tags of the call, the attribute `userspan.tags`. */
  tags?: readonly string[] | null;
}

// Twice each: `import` and `require` have declarations of their own since openai 5. The comments keep an application
// that has no `openai` (or one without that file) free of errors, and have to be JSDoc to be in the published file.

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/chat/completions/completions.mjs' {
  interface ChatCompletionCreateParamsBase extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/chat/completions/completions.js' {
  interface ChatCompletionCreateParamsBase extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/responses/responses.mjs' {
  interface ResponseCreateParamsBase extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/responses/responses.js' {
  interface ResponseCreateParamsBase extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/embeddings.mjs' {
  interface EmbeddingCreateParams extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/embeddings.js' {
  interface EmbeddingCreateParams extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/completions.mjs' {
  interface CompletionCreateParamsBase extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/completions.js' {
  interface CompletionCreateParamsBase extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/images.mjs' {
  interface ImageGenerateParamsBase extends SaidOnCall {}
  interface ImageEditParamsBase extends SaidOnCall {}
  interface ImageCreateVariationParams extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/images.js' {
  interface ImageGenerateParamsBase extends SaidOnCall {}
  interface ImageEditParamsBase extends SaidOnCall {}
  interface ImageCreateVariationParams extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/speech.mjs' {
  interface SpeechCreateParams extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/speech.js' {
  interface SpeechCreateParams extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/transcriptions.mjs' {
  interface TranscriptionCreateParamsBase extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/transcriptions.js' {
  interface TranscriptionCreateParamsBase extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/translations.mjs' {
  interface TranslationCreateParams extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/audio/translations.js' {
  interface TranslationCreateParams extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/moderations.mjs' {
  interface ModerationCreateParams extends SaidOnCall {}
}

/** @ts-ignore: only where openai is installed. */
declare module 'openai/resources/moderations.js' {
  interface ModerationCreateParams extends SaidOnCall {}
}
