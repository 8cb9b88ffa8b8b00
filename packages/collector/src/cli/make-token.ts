import { randomBytes } from 'node:crypto';
import { OptionsError } from '../config/options.ts';
import { hashOf, parseAccessToken, TOKEN_PERMISSIONS } from '../security/access-token.ts';
import { parseFlags, textFlag } from './parse-flags.ts';

/** `userspan token`: a new secret, and what to start the collector with so that it need not know the secret itself. */
export async function makeToken(args: readonly string[]): Promise<number> {
  const { flags } = parseFlags(args, { scope: { type: 'string' }, project: { type: 'string' } });
  const scope = textFlag(flags, 'scope') ?? 'admin';
  const project = textFlag(flags, 'project') ?? 'default';
  const secret = `us_${randomBytes(24).toString('base64url')}`;
  const spec = `${scope}@${project}=sha256:${hashOf(secret).toString('hex')}`;
  try {
    parseAccessToken(spec);
  } catch (error) {
    throw new OptionsError(
      `--scope must be ${TOKEN_PERMISSIONS.join(', ')} and --project a name of letters, digits, ".", "_" and "-"; got "${scope}" and "${project}"`,
      { cause: error },
    );
  }
  process.stdout.write(
    `Secret, shown once; send it as Authorization: Bearer\n  ${secret}\n` +
      `For the collector, as a flag or in its config file\n  --token ${spec}\n`,
  );
  return 0;
}
