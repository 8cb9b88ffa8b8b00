import type { Readable } from 'node:stream';
import type { BudgetShare } from '../byte-budget.ts';
import { refuse, type Refusal } from '../outcome.ts';
import { readBody, unpack } from '../read-body.ts';

const PREFIX_BYTES = 5;

/** Message encodings that a client may use, as `grpc-encoding` names them. */
export const MESSAGE_ENCODINGS: readonly string[] = ['identity', 'gzip'];

/**
 * Reads the message of a unary call: a byte for compression, the length, and the data.
 *
 * Every byte is taken from the budget as it arrives. `maxBytes` applies before and after decompression.
 */
export async function readMessage(
  stream: Readable,
  encoding: string,
  maxBytes: number,
  share: BudgetShare,
): Promise<Uint8Array | Refusal> {
  const body = await readBody(stream, 'identity', maxBytes + PREFIX_BYTES, share);
  if ('taken' in body) {
    return body.reason === 'too-large'
      ? refuse('too-large', `the message is larger than ${maxBytes} bytes: send smaller batches`)
      : body;
  }
  if (body.length < PREFIX_BYTES) {
    return refuse('malformed', 'the call has no message');
  }
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const [flag = 0] = body;
  const length = view.getUint32(1);
  if (flag > 1 || (flag === 1 && encoding === 'identity')) {
    return refuse('malformed', 'the message is marked as compressed, but the call names no encoding');
  }
  if (length !== body.length - PREFIX_BYTES) {
    return refuse(
      'malformed',
      `the message has ${body.length - PREFIX_BYTES} bytes where its prefix announces ${length}`,
    );
  }
  const message = body.subarray(PREFIX_BYTES);
  return flag === 0 ? message : unpack(message, encoding, maxBytes, share);
}
