import { parseBudget } from './budgets/budget.ts';
import { parseChannel } from './channels/channel.ts';
import { newWebhookSecret } from './channels/sign-webhook.ts';
import type { ConfigBook, ConfigChange, ConfigKind, Stored } from './config-book.ts';
import { objectOf, parseRule, refuseOthers, stringOf, wrong } from './rule.ts';

/** One difference between a file and what is configured. */
export interface FileChange {
  readonly kind: 'channel' | 'alert' | 'budget';
  readonly id: string;
  readonly action: 'add' | 'change' | 'remove';
  /** The signing secret of a webhook that was made now. */
  readonly secret?: string;
}

const SECTIONS = { channels: 'channel', alerts: 'rule', budgets: 'budget' } as const;

/**
 * Makes what is configured like a file says: adds, changes, and removes what an earlier file had and this one has not.
 * What was made in another way is left alone.
 *
 * @throws TypeError that says which entry is wrong and why.
 */
export async function applyFile(
  configs: ConfigBook,
  project: string,
  input: unknown,
  isDryRun: boolean,
): Promise<readonly FileChange[]> {
  const given = objectOf(input, 'the file');
  refuseOthers(given, Object.keys(SECTIONS), 'the file');
  const changes: ConfigChange[] = [];
  const shown: FileChange[] = [];
  const channelIds = new Set((await configs.list(project, 'channel')).keys());
  for (const [section, kind] of Object.entries(SECTIONS) as [keyof typeof SECTIONS, ConfigKind][]) {
    const list = given[section] ?? [];
    if (!Array.isArray(list)) throw wrong(section, 'a list', list);
    const known = await configs.list<object>(project, kind);
    const ids = new Set<string>();
    for (const [at, entry] of (list as unknown[]).entries()) {
      const where = `${section}[${at}]`;
      try {
        const id = stringOf(objectOf(entry, 'an entry')['id'], 'id');
        if (ids.has(id)) throw new TypeError(`id ${JSON.stringify(id)} stands twice`);
        ids.add(id);
        const before = known.get(id);
        const action = before === undefined ? 'add' : 'change';
        if (kind === 'channel') {
          const old = await configs.channel(project, id);
          let channel = parseChannel(entry, project, id, old);
          let secret: string | undefined;
          if (channel.channel.type === 'webhook' && (channel.secrets.secrets ?? []).length === 0) {
            secret = newWebhookSecret();
            channel = { ...channel, secrets: { ...channel.secrets, secrets: [secret] } };
          }
          channelIds.add(id);
          const isSame =
            old !== undefined &&
            areSame(channel.channel, old.channel) &&
            areSame(channel.secrets, old.secrets);
          if (isSame) continue;
          changes.push(...configs.channelChanges(channel, true));
          shown.push({
            kind: 'channel',
            id,
            action,
            ...(secret === undefined || isDryRun ? {} : { secret }),
          });
        } else {
          const value = kind === 'rule' ? parseRule(entry, id) : parseBudget(entry, id);
          const missing = value.channels.find((channel) => !channelIds.has(channel));
          if (missing !== undefined) throw new TypeError(`there is no channel ${JSON.stringify(missing)}`);
          if (before !== undefined && areSame(value, before)) continue;
          changes.push({ project, kind, id, value: { ...value, isFromFile: true } });
          shown.push({ kind: kind === 'rule' ? 'alert' : 'budget', id, action });
        }
      } catch (error) {
        if (error instanceof TypeError) throw new TypeError(`${where}: ${error.message}`, { cause: error });
        throw error;
      }
    }
    for (const [id, { isFromFile }] of known) {
      if (isFromFile !== true || ids.has(id)) continue;
      changes.push({ project, kind, id });
      if (kind === 'channel') changes.push({ project, kind: 'secret', id });
      shown.push({ kind: kind === 'rule' ? 'alert' : (kind as 'channel' | 'budget'), id, action: 'remove' });
    }
  }
  if (!isDryRun) await configs.write(changes);
  return shown;
}

/** Whether two values are equal, whatever the order of their fields. */
function areSame(a: object, b: object): boolean {
  const textOf = (value: object): string => {
    const { isFromFile: _isFromFile, ...rest } = value as Stored & Readonly<Record<string, unknown>>;
    return JSON.stringify(Object.entries(rest).sort(([x], [y]) => (x < y ? -1 : 1)));
  };
  return textOf(a) === textOf(b);
}
