import { IDENTITY_DIALECTS } from '../dialects/all.ts';

/** Which attributes name the user, and in which order. */
export interface IdentityOptions {
  /** Names of attributes, best first, before the built-in order. */
  readonly keys?: readonly string[];
  /** The same for one service, by its `service.name`; before `keys`. */
  readonly services?: Readonly<Record<string, readonly string[]>>;
}

/** {@link IdentityOptions} as spans are read by them; made once by {@link identityRules}. */
export interface IdentityRules {
  /** The attributes to try, best first, for spans and log records of a service. */
  keysOf(service: string | undefined): readonly string[];
  /** The attributes that name the user for any service. */
  readonly allKeys: readonly string[];
}

/** Every name that a dialect has for the user's id; an e-mail address alone makes a user, after all ids. */
const BUILT_IN: readonly string[] = [
  ...IDENTITY_DIALECTS.flatMap((dialect) => dialect.userIdKeys),
  'enduser.pseudo.id',
  'user.account_uuid',
  'user.account_id',
  'user.email',
];

/** Coding agents send an id of the installation as `user.id`: one developer has many, and one address. */
const BUILT_IN_SERVICES: Readonly<Record<string, readonly string[]>> = {
  'claude-code': ['user.email', 'user.account_uuid'],
  codex_cli_rs: ['user.email', 'user.account_id'],
  'codex-cli': ['user.email', 'user.account_id'],
  codex_exec: ['user.email', 'user.account_id'],
  'gemini-cli': ['user.email'],
};

const MAX_KEY_LENGTH = 256;

/**
 * Resolves which attributes name the user.
 *
 * What is configured comes first, then what is built in: the conventions (`user.id`, `user.hash`, `enduser.id`), then the
 * names of each dialect, `enduser.pseudo.id`, and `user.email`.
 *
 * @throws TypeError for a name that is empty, blank or too long, with the name
 */
export function identityRules(options: IdentityOptions = {}): IdentityRules {
  const common = checked(options.keys ?? [], 'keys');
  const everywhere = unique([...common, ...BUILT_IN]);
  const byService = new Map<string, readonly string[]>();
  for (const [service, keys] of Object.entries(BUILT_IN_SERVICES)) {
    byService.set(service, unique([...common, ...keys, ...everywhere]));
  }
  for (const [service, keys] of Object.entries(options.services ?? {})) {
    const own = checked(keys, `services["${service}"]`);
    byService.set(service, unique([...own, ...(byService.get(service) ?? everywhere)]));
  }
  return {
    allKeys: unique([...everywhere, ...[...byService.values()].flat()]),
    keysOf: (service) => (service === undefined ? everywhere : (byService.get(service) ?? everywhere)),
  };
}

/**
 * Reads identity rules as a command line has them: `user.email,user.id` for every service, `claude-code=user.email` for
 * one.
 *
 * @throws TypeError for a text that is none, with what to write instead
 */
export function parseIdentity(texts: readonly string[]): IdentityOptions {
  const keys: string[] = [];
  const services: Record<string, readonly string[]> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    const names = text
      .slice(at + 1)
      .split(',')
      .map((name) => name.trim());
    if (names.some((name) => name === '') || at === 0) {
      throw new TypeError(
        `identity must be names of attributes such as "user.email,user.id", or "service=user.email"; got "${text}"`,
      );
    }
    if (at === -1) keys.push(...names);
    else services[text.slice(0, at).trim()] = names;
  }
  return { keys, services };
}

function checked(keys: readonly string[], where: string): readonly string[] {
  for (const key of keys) {
    if (typeof key !== 'string' || key.trim() === '' || key.length > MAX_KEY_LENGTH) {
      throw new TypeError(
        `identity.${where} must be names of attributes such as "user.email"; got ${JSON.stringify(key)}`,
      );
    }
  }
  return keys;
}

function unique(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)];
}
