import type {
  Attributes,
  Context,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
} from '@opentelemetry/api';
import { propagation, trace } from '@opentelemetry/api';

import { type HostList, hostList } from './host-list.ts';
import { type IncomingHeaders, incomingHeaders } from './incoming-headers.ts';
import { peerHost } from './peer-host.ts';
import { ATTR_USER_ID } from './semconv.ts';
import { isUnsent, setIncomingUser, userOf } from './user-context.ts';
import { userAttributes, userFromAttributes } from './user-attributes.ts';
import { isUserMember, withUserMembers, withoutUserMembers } from './user-baggage.ts';
import type { User } from './user.ts';
import { warnOnce } from './warn-once.ts';

/** Where and what a `UserPropagator` sends. */
export interface SendOptions {
  /** Hosts that may know the user: exact names and `*.internal.example`. No other host is sent anything. */
  readonly to: readonly string[];
  /** What they may know, by attribute name: `user.id`, `user.email`, `userspan.user.plan`. Default: `['user.id']`. */
  readonly keys?: readonly string[];
}

/** Options of `UserPropagator`. */
export interface UserPropagatorOptions {
  /** Default: nothing is sent to anybody. */
  readonly send?: SendOptions;
  /** Whether to believe the user that a request claims. Default: no. */
  readonly trust?: (headers: IncomingHeaders) => boolean;
}

/**
 * Guards a propagator: the user in baggage goes only where `send` says, and comes only from whom `trust` says.
 *
 * Wrap the whole global propagator. Trace context and other people's baggage pass unchanged. A host that cannot be
 * known, as for an unsampled span, is sent nothing.
 */
export class UserPropagator implements TextMapPropagator {
  readonly #inner: TextMapPropagator;
  readonly #isListed: HostList;
  readonly #keys: readonly string[];
  readonly #trust: ((headers: IncomingHeaders) => boolean) | undefined;

  /** @throws TypeError when a host or key is not one; nothing is sent by mistake. */
  constructor(inner: TextMapPropagator, options: UserPropagatorOptions = {}) {
    if (typeof inner?.inject !== 'function' || typeof inner.extract !== 'function') {
      throw new TypeError(
        'userspan: UserPropagator wraps a propagator: new UserPropagator(yourPropagator, options).',
      );
    }
    this.#inner = inner;
    this.#isListed = hostList(options.send?.to ?? []);
    this.#keys = sentKeys(options.send?.keys ?? [ATTR_USER_ID]);
    this.#trust = options.trust;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const bare = withoutUserMembers(context);
    const user = this.#mayLeave(context) ? userOf(context) : undefined;
    this.#inner.inject(user === undefined ? bare : withUserMembers(bare, this.#sent(user)), carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const extracted = this.#inner.extract(context, carrier, getter);
    const baggage = propagation.getBaggage(extracted);
    // The baggage that was there before is our own process's, not the request's.
    if (baggage === undefined || baggage === propagation.getBaggage(context)) return extracted;
    const clean = withoutUserMembers(extracted);
    if (clean === extracted || !this.#trusts(carrier, getter)) return clean;
    const claimed: Record<string, string> = {};
    for (const [name, entry] of baggage.getAllEntries()) if (isUserMember(name)) claimed[name] = entry.value;
    const user = userFromAttributes(claimed);
    return user === undefined ? clean : setIncomingUser(clean, user);
  }

  fields(): string[] {
    return this.#inner.fields();
  }

  #mayLeave(context: Context): boolean {
    if (isUnsent(context)) return false;
    const host = peerHost(trace.getSpan(context));
    return host !== undefined && this.#isListed(host);
  }

  #sent(user: User): Attributes {
    const attributes = userAttributes(user);
    const sent: Attributes = {};
    for (const key of this.#keys) if (attributes[key] !== undefined) sent[key] = attributes[key];
    return sent;
  }

  #trusts(carrier: unknown, getter: TextMapGetter): boolean {
    if (this.#trust === undefined) return false;
    try {
      // A promise is no yes: what an async function would say comes too late.
      const verdict: unknown = this.#trust(incomingHeaders(carrier, getter));
      return verdict === true;
    } catch {
      warnOnce('trust-throws', 'the trust function threw; the request is not trusted.');
      return false;
    }
  }
}

function sentKeys(keys: readonly string[]): readonly string[] {
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string' && isUserMember(key))) {
    throw new TypeError(
      `userspan: send.keys is a list of attribute names such as "user.id", "user.email" or "userspan.user.plan", not ${JSON.stringify(keys)}.`,
    );
  }
  return [...keys];
}
