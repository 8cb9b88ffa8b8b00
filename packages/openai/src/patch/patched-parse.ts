import { type Call, waitingCalls } from '../call/call.ts';
import { asRecord, asText } from '../call/record.ts';
import { endWhenDropped } from '../call/open-calls.ts';
import { isAgentSessionPath, recordAgentSession } from '../jobs/agent-sessions.ts';
import { observeResponse } from '../response/observe-response.ts';
import { observeStream } from '../stream/observe-stream.ts';
import type { ParseResponse, ResponseProps } from './client-internals.ts';
import { isLibraryStream } from './client-internals.ts';
import { callOfPoll, callOfResponse } from './observed-request.ts';

/** Observes the result of the library's response parser. */
export function patchedParse<Parse extends ParseResponse>(original: Parse): Parse {
  return parserWith(original, false);
}

/**
 * The same for the parser of openai 7. There `withResponse` belongs to each promise and does not call `asResponse`, so the
 * response of each stream is observed. To patch `withResponse` of each promise would cost more.
 */
export function patchedParseWithTimeout<Parse extends ParseResponse>(original: Parse): Parse {
  return parserWith(original, true);
}

function parserWith<Parse extends ParseResponse>(original: Parse, observesResponses: boolean): Parse {
  return function parseResponse(this: unknown, first: unknown, second: unknown) {
    // `(props)` in openai 4, `(client, props)` since 5.
    const props = (second ?? first) as Partial<ResponseProps> | undefined;
    const call = callOfResponse(props);
    if (call !== undefined && call.isOpenToReaders) {
      call.isParsing = true;
      let parsing: unknown;
      try {
        parsing = original.call(this, first, second);
      } catch (error) {
        return failed(call, error);
      }
      return observed(parsing, props as ResponseProps, call, observesResponses);
    }
    const polled = callOfPoll(props?.options);
    if (polled !== undefined && polled.isOpenToReaders) {
      return observedPoll(original.call(this, first, second), polled);
    }
    const parsing: unknown = original.call(this, first, second);
    const { path, method } = props?.options ?? {};
    const folder = waitingCalls.listedFolder(path, method);
    if (folder !== undefined) return observedList(parsing, folder);
    return isAgentSessionPath(path) ? observedSession(parsing) : parsing;
  } as Parse;
}

/** Not an async function, because a context manager tracks each promise, and that would be another one. */
function observed(parsing: unknown, props: ResponseProps, call: Call, observesResponses: boolean): unknown {
  return parsing instanceof Promise
    ? parsing.then(
        (parsed: unknown) => parsedAs(parsed, props, call, observesResponses),
        (error: unknown) => failed(call, error),
      )
    : parsedAs(parsing, props, call, observesResponses);
}

function parsedAs(
  parsed: unknown,
  { response }: ResponseProps,
  call: Call,
  observesResponses: boolean,
): unknown {
  call.isParsing = false;
  if (isLibraryStream(parsed)) {
    observeStream(parsed, call);
    if (observesResponses) observeResponse(response, call, parsed);
  } else if (parsed === response) {
    observeResponse(response, call);
    endWhenDropped(response, call);
  } else call.answer(parsed);
  return parsed;
}

function failed(call: Call, error: unknown): never {
  call.isParsing = false;
  call.fail(error);
  throw error;
}

/** Observes a poll of a background response. If the poll fails, the call does not. */
async function observedPoll(parsing: unknown, call: Call): Promise<unknown> {
  const parsed: unknown = await parsing;
  if (isLibraryStream(parsed)) observeStream(parsed, call);
  else call.answer(parsed);
  return parsed;
}

/** Observes a list of jobs, which shows the end of those that were started here. */
async function observedList(parsing: unknown, folder: string): Promise<unknown> {
  const parsed: unknown = await parsing;
  const jobs = asRecord(parsed)?.['data'];
  if (!Array.isArray(jobs)) return parsed;
  for (const job of jobs as unknown[]) {
    const id = asText(asRecord(job)?.['id']);
    if (id !== undefined) waitingCalls.findListed(folder, id)?.answer(job);
  }
  return parsed;
}

/** Observes a read of an agent's session, which contains the model of its turns. */
async function observedSession(parsing: unknown): Promise<unknown> {
  const parsed: unknown = await parsing;
  recordAgentSession(parsed);
  return parsed;
}
