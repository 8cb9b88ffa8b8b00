import type { Call } from '../call/call.ts';
import { endWhenDropped } from '../call/open-calls.ts';
import { observeResponse } from '../response/observe-response.ts';
import { observeStream } from '../stream/observe-stream.ts';
import type { ParseResponse, ResponseProps } from './client-internals.ts';
import { isLibraryStream } from './client-internals.ts';
import { callOfPoll, callOfRequest } from './patched-make-request.ts';

/** Looks at what the library parses a response into. */
export function patchedParse<Parse extends ParseResponse>(original: Parse): Parse {
  return function parseResponse(this: unknown, ...args: unknown[]) {
    // `(props)` in openai 4, `(client, props)` since 5.
    const props = (args[1] ?? args[0]) as Partial<ResponseProps> | undefined;
    const call = callOfRequest(props?.options);
    if (call !== undefined && call.isOpenToReaders) return observedParse(original, this, args, call);
    const polled = callOfPoll(props?.options);
    if (polled !== undefined && polled.isOpenToReaders) return observedPoll(original, this, args, polled);
    return original.apply(this, args);
  } as Parse;
}

/** Not an async function: under a context manager each promise is followed, and that one would be one more. */
function observedParse(original: ParseResponse, client: unknown, args: unknown[], call: Call): unknown {
  call.isParsing = true;
  let parsing: unknown;
  try {
    parsing = original.apply(client, args);
  } catch (error) {
    return failed(error);
  }
  return parsing instanceof Promise ? parsing.then(looked, failed) : looked(parsing);

  function looked(parsed: unknown): unknown {
    call.isParsing = false;
    const { response } = (args[1] ?? args[0]) as ResponseProps;
    if (isLibraryStream(parsed)) observeStream(parsed, call);
    else if (parsed === response) {
      observeResponse(response, call);
      endWhenDropped(response, call);
    } else call.answer(parsed);
    return parsed;
  }

  function failed(error: unknown): never {
    call.isParsing = false;
    call.fail(error);
    throw error;
  }
}

/** A look at a response in the background: its failure is not the call's. */
async function observedPoll(
  original: ParseResponse,
  client: unknown,
  args: unknown[],
  call: Call,
): Promise<unknown> {
  const parsed: unknown = await original.apply(client, args);
  if (isLibraryStream(parsed)) observeStream(parsed, call);
  else call.answer(parsed);
  return parsed;
}
