import type { Context } from '@opentelemetry/api';
import type { User } from '@userspan/core';
import { userOf } from '@userspan/core';
import { toUser, warnOnce } from '@userspan/core/internal';

/**
 * The user of a call: from `userId`, otherwise `user`, otherwise `safety_identifier`, with `userProps`; otherwise the
 * client's user (`observeOpenAI`). Undefined if there is none, so that the context decides.
 *
 * If the id equals that of the context's user and there are no props, the context's user with its props is used.
 */
export function callUser(
  fields: Readonly<Record<string, unknown>>,
  clientUser: User | undefined,
  context: Context,
): User | undefined {
  const id = idOf(fields['userId']) ?? idOf(fields['user']) ?? idOf(fields['safety_identifier']);
  const { userProps } = fields;
  if (id === undefined) {
    if (userProps !== undefined && userProps !== null) {
      warnOnce('props-alone', 'userProps without `user` are dropped. Pass `user` (or `userId`) as well.');
    }
    return clientUser;
  }
  if (userProps === undefined || userProps === null) {
    if (userOf(context)?.id === id) return undefined;
    if (clientUser?.id === id) return clientUser;
  }
  return toUser(id, userProps);
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > 0 ? value : undefined;
}
