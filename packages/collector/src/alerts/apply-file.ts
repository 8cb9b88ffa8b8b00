import { parseBudget } from './budgets/budget.ts';
import { parseChannel } from './channels/channel.ts';
import { newWebhookSecret } from './channels/sign-webhook.ts';
import type { ConfigBook, ConfigChange, Stored } from './config-book.ts';
import { objectOf, parseRule, refuseOthers, stringOf, wrong } from './rule.ts';

/** One difference between a file and what is configured. */
export interface FileChange {
  readonly kind: 'channel' | 'alert' | 'budget';
  readonly id: string;
  readonly action: 'add' | 'change' | 'remove';
  /** The new signing secret, if this change generated one. */
  readonly secret?: string;
  /** Names of the fields that differ. */
  readonly fields: readonly FieldChange[];
}

/** A field of an entry before and after, as JSON; `null` where there is none. Secrets are never shown. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

const SECTIONS = { channels: 'channel', alerts: 'rule', budgets: 'budget' } as const;

type FileKind = (typeof SECTIONS)[keyof typeof SECTIONS];

/** The differences between the file and the configuration: what to write, and what to show. */
interface Differences {
  readonly changes: ConfigChange[];
  readonly shown: FileChange[];
}

/**
 * Applies a file to the configuration: adds and changes its entries, and removes those that an earlier file created and
 * this one no longer has. Entries created through the API stay as they are.
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
  const found: Differences = { changes: [], shown: [] };
  // Channels of an earlier file that are not in this one are about to be removed, so no rule may name them.
  const channels = await configs.list<object>(project, 'channel');
  const channelIds = new Set(
    [...channels].filter(([, { isFromFile }]) => isFromFile !== true).map(([id]) => id),
  );
  for (const [section, kind] of Object.entries(SECTIONS) as [keyof typeof SECTIONS, FileKind][]) {
    const list = given[section] ?? [];
    if (!Array.isArray(list)) throw wrong(section, 'a list', list);
    const known = await configs.list<object>(project, kind);
    const ids = new Set<string>();
    for (const [at, entry] of (list as unknown[]).entries()) {
      await namingPlace(`${section}[${at}]`, async () => {
        const id = idOf(entry, ids);
        const before = known.get(id);
        if (kind === 'channel') {
          channelIds.add(id);
          await compareChannel(
            configs,
            { project, id, entry, isKnown: before !== undefined, isDryRun },
            found,
          );
        } else {
          compareEntry({ project, kind, id, entry, before, channelIds }, found);
        }
      });
    }
    removeOthers(project, kind, known, ids, found);
  }
  if (!isDryRun) await configs.write(found.changes);
  return found.shown;
}

/** Runs `work` and puts the place in the file before the message of a TypeError. */
async function namingPlace(place: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof TypeError) throw new TypeError(`${place}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The id of an entry. Ids must be unique within a section. */
function idOf(entry: unknown, ids: Set<string>): string {
  const id = stringOf(objectOf(entry, 'an entry')['id'], 'id');
  if (ids.has(id)) throw new TypeError(`id ${JSON.stringify(id)} appears twice`);
  ids.add(id);
  return id;
}

/** Compares a channel with the stored one of the same id. A webhook without a secret gets a new one. */
async function compareChannel(
  configs: ConfigBook,
  input: {
    readonly project: string;
    readonly id: string;
    readonly entry: unknown;
    readonly isKnown: boolean;
    readonly isDryRun: boolean;
  },
  { changes, shown }: Differences,
): Promise<void> {
  const { project, id, entry, isKnown, isDryRun } = input;
  const old = await configs.channel(project, id);
  // A field that the file leaves out gets its default. Only a secret that the collector generated is kept.
  let channel = parseChannel(entry, project, id);
  let secret: string | undefined;
  if (channel.channel.type === 'webhook' && (channel.secrets.secrets ?? []).length === 0) {
    const known = old?.channel.type === 'webhook' ? (old.secrets.secrets ?? []) : [];
    if (known.length === 0) secret = newWebhookSecret();
    channel = {
      ...channel,
      secrets: { ...channel.secrets, secrets: secret === undefined ? known : [secret] },
    };
  }
  const fields = [
    ...fieldChanges(old?.channel, channel.channel),
    ...fieldChanges(old?.secrets, channel.secrets).map(withoutValues),
  ];
  if (fields.length === 0) return;
  changes.push(...configs.channelChanges(channel, true));
  shown.push({
    kind: 'channel',
    id,
    action: isKnown ? 'change' : 'add',
    fields,
    ...(secret === undefined || isDryRun ? {} : { secret }),
  });
}

/** Compares a rule or a budget with the stored one of the same id. */
function compareEntry(
  input: {
    readonly project: string;
    readonly kind: 'rule' | 'budget';
    readonly id: string;
    readonly entry: unknown;
    readonly before: object | undefined;
    readonly channelIds: ReadonlySet<string>;
  },
  { changes, shown }: Differences,
): void {
  const { project, kind, id, entry, before, channelIds } = input;
  const value = kind === 'rule' ? parseRule(entry, id) : parseBudget(entry, id);
  const missing = value.channels.find((channel) => !channelIds.has(channel));
  if (missing !== undefined) throw new TypeError(`there is no channel ${JSON.stringify(missing)}`);
  const fields = fieldChanges(before, value);
  if (fields.length === 0) return;
  changes.push({ project, kind, id, value: { ...value, isFromFile: true } });
  shown.push({ kind: shownKind(kind), id, action: before === undefined ? 'add' : 'change', fields });
}

/** Removes entries that an earlier file created and this one no longer has. */
function removeOthers(
  project: string,
  kind: FileKind,
  known: ReadonlyMap<string, Stored>,
  ids: ReadonlySet<string>,
  { changes, shown }: Differences,
): void {
  for (const [id, { isFromFile }] of known) {
    if (isFromFile !== true || ids.has(id)) continue;
    changes.push({ project, kind, id });
    if (kind === 'channel') changes.push({ project, kind: 'secret', id });
    shown.push({ kind: shownKind(kind), id, action: 'remove', fields: [] });
  }
}

function shownKind(kind: FileKind): FileChange['kind'] {
  return kind === 'rule' ? 'alert' : kind;
}

/** Fields of stored entries that a file does not have. */
const OWN_FIELDS = ['isFromFile', 'project', 'id'];
const HIDDEN = '(secret)';

/** The fields in which two entries differ. The order of fields does not matter. */
function fieldChanges(before: object | undefined, after: object): FieldChange[] {
  const old = before as Readonly<Record<string, unknown>> | undefined;
  const now = after as Readonly<Record<string, unknown>>;
  const textOf = (value: unknown): string | null =>
    value === undefined || value === null ? null : JSON.stringify(value);
  return [...new Set([...Object.keys(old ?? {}), ...Object.keys(now)])]
    .filter((field) => !OWN_FIELDS.includes(field))
    .map((field) => ({ field, before: textOf(old?.[field]), after: textOf(now[field]) }))
    .filter((change) => change.before !== change.after);
}

function withoutValues({ field, before, after }: FieldChange): FieldChange {
  return { field, before: before === null ? null : HIDDEN, after: after === null ? null : HIDDEN };
}
