import { IDENTITY_DIALECTS } from '../dialects/all.ts';

/** Which attributes name the user, and in which order. */
export interface IdentityOptions {
  /** Names of attributes, in order of precedence. They precede the built-in ones. */
  readonly keys?: readonly string[];
  /** The same for single services, by `service.name`. They precede `keys`. */
  readonly services?: Readonly<Record<string, readonly string[]>>;
}

/** Which attributes name the user of one sender's spans. */
export interface IdentityOrder {
  /** The attributes to try, best first. */
  readonly keys: readonly string[];
  /**
   * Attributes with the id of an installation or account. Such an id is used as the user only if neither the span nor
   * its resource names a person.
   */
  readonly impersonalKeys: readonly string[];
}

/** Resolved {@link IdentityOptions}, created once by {@link identityRules}. */
export interface IdentityRules {
  /** The order for spans and log records of a service and an instrumentation scope. */
  orderOf(service: string | undefined, scope: string | undefined): IdentityOrder;
  /** The attributes that name the user for any service. */
  readonly allKeys: readonly string[];
  /** The options of these rules: plain data, from which another thread can create the same rules. */
  readonly options: IdentityOptions;
}

/** Every dialect's name for the user's id. An e-mail address comes last and is used if there is no id. */
const BUILT_IN: readonly string[] = [
  ...IDENTITY_DIALECTS.flatMap((dialect) => dialect.userIdKeys),
  'enduser.pseudo.id',
  'user.account_uuid',
  'user.account_id',
  'user.email',
];

interface CodingAgent extends IdentityOrder {
  readonly services: readonly string[];
  /** Prefix of its instrumentation scopes, which identify it even if the service has another name. */
  readonly scope?: string;
}

/**
 * Coding agents that send the id of an installation as `user.id`. One developer may have many installations, but one
 * e-mail address. The account of Codex CLI is not used, because several developers of a workspace share it.
 */
const CODING_AGENTS: readonly CodingAgent[] = [
  {
    services: ['claude-code'],
    scope: 'com.anthropic.claude_code',
    keys: ['user.email', 'user.account_uuid'],
    impersonalKeys: ['user.id', 'user.account_uuid', 'user.account_id'],
  },
  {
    services: [
      'codex_cli_rs',
      'codex-cli',
      'codex_exec',
      'codex-tui',
      'codex_vscode',
      'codex_sdk_ts',
      'codex-app-server',
    ],
    keys: ['user.email', 'user.account_id'],
    impersonalKeys: [],
  },
  {
    services: ['gemini-cli'],
    keys: ['user.email', 'installation.id'],
    impersonalKeys: ['user.id', 'installation.id'],
  },
  {
    services: ['github-copilot', 'copilot-chat'],
    scope: 'github.copilot',
    keys: ['user.email'],
    impersonalKeys: ['enduser.pseudo.id'],
  },
];
const MAX_KEY_LENGTH = 256;

/**
 * Resolves which attributes name the user.
 *
 * Configured names come first, then the built-in ones: the conventions (`user.id`, `user.hash`, `enduser.id`), then the
 * names of each dialect, `enduser.pseudo.id`, and `user.email`.
 *
 * @throws TypeError that shows the name if it is empty, blank or too long
 */
export function identityRules(options: IdentityOptions = {}): IdentityRules {
  const common = checked(options.keys ?? [], 'keys');
  const everywhere: IdentityOrder = {
    keys: unique([...common, ...BUILT_IN]),
    impersonalKeys: [],
  };
  const byService = new Map<string, IdentityOrder>();
  const byScope = new Map<string, IdentityOrder>();
  for (const { services, scope, keys, impersonalKeys } of CODING_AGENTS) {
    const order = {
      keys: unique([...common, ...keys, ...everywhere.keys]),
      impersonalKeys: without(impersonalKeys, common),
    };
    for (const service of services) byService.set(service, order);
    if (scope !== undefined) byScope.set(scope, order);
  }
  for (const [service, keys] of Object.entries(options.services ?? {})) {
    const own = checked(keys, `services["${service}"]`);
    const order = byService.get(service) ?? everywhere;
    byService.set(service, {
      keys: unique([...own, ...order.keys]),
      impersonalKeys: without(order.impersonalKeys, own),
    });
  }
  return {
    options,
    allKeys: unique([...everywhere.keys, ...[...byService.values()].flatMap(({ keys }) => keys)]),
    orderOf: (service, scope) => {
      const order = service === undefined ? undefined : byService.get(service);
      if (order !== undefined) return order;
      if (scope !== undefined)
        for (const [prefix, each] of byScope) if (scope.startsWith(prefix)) return each;
      return everywhere;
    },
  };
}

/**
 * Reads identity rules in the format of the command line: `user.email,user.id` for every service,
 * `claude-code=user.email` for one.
 *
 * @throws TypeError for an invalid rule, with an example of a valid one
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

/** Removes attributes that are configured to name the user. */
function without(impersonalKeys: readonly string[], configured: readonly string[]): readonly string[] {
  return impersonalKeys.filter((key) => !configured.includes(key));
}
