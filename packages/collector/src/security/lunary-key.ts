import { type AccessToken, parseAccessToken } from './access-token.ts';

const GRAMMAR = /^(?:(private|public)(@[^=]*)?=)?(.*)$/s;

/**
 * Reads `[private|public[@PROJECT]=]KEY`: a key that Lunary's clients have already. It opens the paths of those clients and
 * nothing else. A public key stands in web pages, so the users that it names are claimed; without a word in front it is
 * private. KEY is held to the rules of a token's secret and may be `sha256:` and its hash.
 *
 * @throws Error with what is wrong; the message never holds a key.
 */
export function parseLunaryKey(spec: string): AccessToken {
  const [, kind = 'private', project = '', key = ''] = GRAMMAR.exec(spec) ?? [];
  const token = parseAccessToken(`${kind === 'public' ? 'browser' : 'ingest'}${project}=${key}`);
  return { ...token, scope: 'lunary' };
}

/** Reads the keys for Lunary's clients, none of which may be a token or stand twice. */
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
