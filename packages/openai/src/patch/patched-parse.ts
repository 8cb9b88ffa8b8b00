import type { Call } from '../call/call.ts';
import { observeStream } from '../stream/observe-stream.ts';
import type { ApiPromise, ParseResponse, Request, ResponseProps } from './client-internals.ts';
import { isLibraryStream } from './client-internals.ts';
import { callOfRequest } from './patched-make-request.ts';

/**
 * openai 4 to 6: each promise carries its own parser, and what is derived from it (`_thenUnwrap`) asks for that parser
 * when it is awaited. So it is swapped before anybody has the promise; the promise itself stays the library's.
 */
export function patchedRequest(original: Request): Request {
  return function request(this, ...args) {
    const promise = original.apply(this, [...args]);
    watchParser(promise);
    return promise;
  };
}

function watchParser(promise: ApiPromise): void {
  const { parseResponse } = promise;
  if (typeof parseResponse !== 'function') return;
  promise.parseResponse = patchedParse(parseResponse);
}

/** Looks at what a parser returns. openai 7 calls `parseResponseWithTimeout` for every promise. */
export function patchedParse<Parse extends ParseResponse>(original: Parse): Parse {
  return function parseResponse(this: unknown, ...args: readonly unknown[]) {
    // `(props)` in openai 4, `(client, props)` since 5.
    const props = (args[1] ?? args[0]) as Partial<ResponseProps> | undefined;
    const call = callOfRequest(props?.options);
    if (call === undefined || call.isParsing || call.isEnded) return original.apply(this, [...args]);
    return observedParse(original, this, args, call);
  } as Parse;
}

async function observedParse(
  original: ParseResponse,
  client: unknown,
  args: readonly unknown[],
  call: Call,
): Promise<unknown> {
  call.isParsing = true;
  let parsed: unknown;
  try {
    parsed = await original.apply(client, [...args]);
  } catch (error) {
    call.fail(error);
    throw error;
  } finally {
    call.isParsing = false;
  }
  if (isLibraryStream(parsed)) observeStream(parsed, call);
  else if (call.start.options.__binaryResponse !== true) call.answer(parsed);
  return parsed;
}
