import { randomBytes } from 'node:crypto';
import { OptionsError } from '../config/options.ts';
import { hashOf, parseAccessToken, TOKEN_PERMISSIONS } from '../security/access-token.ts';
import { parseFlags, textFlag } from './parse-flags.ts';

/** `userspan token`: prints a new secret, and the `--token` value that gives the collector only its hash. */
export async function makeToken(args: readonly string[]): Promise<number> {
  const { flags } = parseFlags(args, { permission: { type: 'string' }, project: { type: 'string' } });
  const permission = textFlag(flags, 'permission') ?? 'admin';
  const project = textFlag(flags, 'project') ?? 'default';
  const secret = `us_${randomBytes(24).toString('base64url')}`;
  const spec = `${permission}@${project}=sha256:${hashOf(secret).toString('hex')}`;
  try {
    parseAccessToken(spec);
  } catch (error) {
    throw new OptionsError(
      `--permission must be one of ${TOKEN_PERMISSIONS.join(', ')}, and --project a name of letters, digits, ".", "_" and "-"; got "${permission}" and "${project}"`,
      { cause: error },
    );
  }
  process.stdout.write(
    `Secret (shown only now); clients send it as Authorization: Bearer\n  ${secret}\n` +
      `Flag for the collector, or "token" in its config file\n  --token ${spec}\n`,
  );
  return 0;
}
