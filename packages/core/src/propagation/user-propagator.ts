import type { Baggage, Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { propagation, trace } from '@opentelemetry/api';

import { type HostList, hostList } from './host-list.ts';
import { type IncomingHeaders, incomingHeaders } from './incoming-headers.ts';
import { peerHost } from './peer-host.ts';
import { ATTR_ACCOUNT_ID, ATTR_USER_ID } from '../semconv.ts';
import { type Members, SIGNATURE_MEMBER, isSigned, signMembers } from './signed-members.ts';
import { isWithoutBaggage } from '../context/context-without-baggage.ts';
import { propAttribute } from '../user/prop-names.ts';
import { setIncomingUser, userOf } from '../user/user-context.ts';
import { userAttributes, userFromAttributes } from '../user/user-attributes.ts';
import {
  addMember,
  isUserMember,
  userMembers,
  withUserMembers,
  withoutUserMembers,
} from '../context/user-baggage.ts';
import type { User, UserProp } from '../user/user.ts';
import { warnOnce } from '../process/warn-once.ts';

/** Which attributes a `UserPropagator` sends, and to which hosts. */
export interface SendOptions {
  /**
   * Hosts that may receive the user: exact names and wildcards such as `*.internal.example`. Nothing is sent to other
   * hosts.
   */
  readonly to: readonly string[];
  /** Attributes that are sent, such as `user.id`, `user.email` and `userspan.user.plan`. Default: `['user.id']`. */
  readonly keys?: readonly string[];
  /** Key that signs what is sent, for receivers whose `trust` is this key. Default: `trust`, if that is a key. */
  readonly key?: string;
}

/** Which callers are trusted: a function of the headers that returns `true` for them, or the key that they sign with. */
export type Trust = ((headers: IncomingHeaders) => boolean) | string;

/** Options of `UserPropagator`. */
export interface UserPropagatorOptions {
  /** Default: nothing is sent. */
  readonly send?: SendOptions;
  /**
   * Whether to believe the user that a request claims: a function of its headers, or the key that it must be signed
   * with. A forged, cut or expired (five minutes) signature counts as none. Default: no caller is trusted.
   */
  readonly trust?: Trust;
}

/**
 * Wraps a propagator, so that the user in baggage is sent only to the hosts in `send` and accepted only from callers
 * that `trust` accepts.
 *
 * Wrap the whole global propagator. Trace context and other baggage pass unchanged. If the host is unknown, as for an
 * unsampled span, no user is sent.
 */
export class UserPropagator implements TextMapPropagator {
  readonly #inner: TextMapPropagator;
  readonly #isListed: HostList;
  readonly #keys: readonly string[];
  readonly #signingKey: string | undefined;
  readonly #trust: Trust | undefined;

  /**
   * @throws TypeError if the inner propagator, a host, an attribute name or a key is invalid, so that a mistake sends
   * nothing.
   */
  constructor(inner: TextMapPropagator, options: UserPropagatorOptions = {}) {
    if (typeof inner?.inject !== 'function' || typeof inner.extract !== 'function') {
      throw new TypeError(
        'userspan: UserPropagator needs a propagator: new UserPropagator(yourPropagator, options).',
      );
    }
    this.#inner = inner;
    this.#isListed = hostList(options.send?.to ?? []);
    this.#keys = sentKeys(options.send?.keys ?? [ATTR_USER_ID]);
    this.#trust = checkedTrust(options.trust);
    this.#signingKey = checkedKey(
      options.send?.key ?? (typeof this.#trust === 'string' ? this.#trust : undefined),
    );
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const bare = withoutUserMembers(context);
    const user = this.#mayLeave(context) ? userOf(context) : undefined;
    this.#inner.inject(user === undefined ? bare : this.#addSent(bare, user), carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const extracted = this.#inner.extract(context, carrier, getter);
    const baggage = propagation.getBaggage(extracted);
    // Baggage that was in the context before comes from our own process and not from the request.
    if (baggage === undefined || baggage === propagation.getBaggage(context)) return extracted;
    const clean = withoutUserMembers(extracted);
    if (clean === extracted) return clean;
    const { [SIGNATURE_MEMBER]: signature, ...claimed } = userMembers(baggage);
    if (!this.#trusts(carrier, getter, claimed, signature)) return clean;
    const user = userFromAttributes(this.#withTenant(claimed, baggage));
    return user === undefined ? clean : setIncomingUser(clean, user);
  }

  /** Datadog's RUM sends the tenant as a separate member. It is not signed, so it is ignored if `trust` is a key. */
  #withTenant(claimed: Members, baggage: Baggage): Members {
    const account = baggage.getEntry(ATTR_ACCOUNT_ID)?.value;
    if (account === undefined || typeof this.#trust === 'string') return claimed;
    return { [propAttribute('group')]: account, ...claimed };
  }

  fields(): string[] {
    return this.#inner.fields();
  }

  #mayLeave(context: Context): boolean {
    if (isWithoutBaggage(context)) return false;
    const host = peerHost(trace.getSpan(context));
    return host !== undefined && this.#isListed(host);
  }

  #addSent(context: Context, user: User): Context {
    const attributes = userAttributes(user);
    const names = this.#keys.filter((key) => attributes[key] !== undefined);
    const values = names.map((name) => attributes[name] as UserProp);
    const sent = withUserMembers(context, { names, values });
    if (this.#signingKey === undefined) return sent;
    // Signs the members that are sent. Those that were too large to send are not signed.
    const members = userMembers(propagation.getBaggage(sent));
    return addMember(sent, SIGNATURE_MEMBER, signMembers(this.#signingKey, members, Date.now()));
  }

  #trusts(carrier: unknown, getter: TextMapGetter, claimed: Members, signature: string | undefined): boolean {
    if (this.#trust === undefined) return false;
    if (typeof this.#trust === 'string') return isSigned(this.#trust, claimed, signature, Date.now());
    try {
      // A promise does not count as `true`, because an async function would return too late.
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
      `userspan: send.keys must be a list of attribute names such as "user.id", "user.email" or "userspan.user.plan"; got ${JSON.stringify(keys)}.`,
    );
  }
  return [...keys];
}

function checkedTrust(trust: unknown): Trust | undefined {
  if (trust === undefined || typeof trust === 'function') return trust as Trust | undefined;
  return checkedKey(trust);
}

function checkedKey(key: unknown): string | undefined {
  if (key === undefined || (typeof key === 'string' && key.length > 0)) return key;
  throw new TypeError(
    'userspan: trust must be a function of the headers or a non-empty string; send.key must be a non-empty string.',
  );
}
