import { type AccessToken, parseAccessToken } from './access-token.ts';

const GRAMMAR = /^(?:(private|public)(@[^=]*)?=)?(.*)$/s;

/**
 * Reads `[private|public[@PROJECT]=]KEY`: a key that Lunary's clients already have. It gives access only to the paths
 * of those clients. A public key is part of web pages, so its users are claimed; the default is private. KEY must
 * follow the rules of a token's secret and may be `sha256:` and its hash.
 *
 * @throws Error whose message never contains a key.
 */
export function parseLunaryKey(spec: string): AccessToken {
  const [, kind = 'private', project = '', key = ''] = GRAMMAR.exec(spec) ?? [];
  const token = parseAccessToken(`${kind === 'public' ? 'browser' : 'ingest'}${project}=${key}`);
  return { ...token, permission: 'lunary' };
}

/** Reads the keys for Lunary's clients, which must differ from each other and from all tokens. */
export function parseLunaryKeys(specs: readonly string[], tokens: readonly AccessToken[]): AccessToken[] {
  const keys: AccessToken[] = [];
  for (const [at, spec] of specs.entries()) {
    const which = specs.length === 1 ? '--lunary-key' : `--lunary-key ${at + 1} of ${specs.length}`;
    const key = readKey(which, spec);
    if ([...tokens, ...keys].some(({ sha256 }) => sha256.equals(key.sha256))) {
      throw new Error(
        `${which} is already a token, or appears twice. Lunary's clients can use every token as a key.`,
      );
    }
    keys.push(key);
  }
  return keys;
}

function readKey(which: string, spec: string): AccessToken {
  try {
    return parseLunaryKey(spec);
  } catch (error) {
    throw new Error(
      `${which} ${error instanceof Error ? error.message : 'is wrong'} It is [private|public[@PROJECT]=]KEY.`,
      { cause: error },
    );
  }
}
