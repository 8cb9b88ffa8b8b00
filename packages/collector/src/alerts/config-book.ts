import type { Storage } from '../storage/storage.ts';
import type { ConfigRecord } from '../storage/read/alerting/alerting-records.ts';
import { SYSTEM_SERVICE } from '../storage/read/usage/system-services.ts';
import { VERSIONS_PER_MS } from '../storage/write/alerting/versioned-writer.ts';
import type { VersionedWriter } from '../storage/write/alerting/versioned-writer.ts';
import { rulesOfBudget } from './budgets/budget.ts';
import type { Budget } from './budgets/budget.ts';
import type { Channel, ChannelSecrets, ChannelWithSecrets } from './channels/channel.ts';
import type { ActiveRule, AlertRule } from './rule.ts';
import type { Silence } from './silence.ts';
import { isSealed } from './secret-box.ts';
import type { SecretBox } from './secret-box.ts';
import { parseWindow } from './window.ts';

export const CONFIG_KINDS = [
  'rule',
  'budget',
  'channel',
  'secret',
  'silence',
  'exporter',
  'exporter-secret',
  'usage-key',
  'revenue-property',
  'revenue-stripe',
  'revenue-stripe-secret',
  SYSTEM_SERVICE,
] as const;
export type ConfigKind = (typeof CONFIG_KINDS)[number];

/** Kinds that are encrypted in the store. */
const SEALED_KINDS: readonly ConfigKind[] = [
  'secret',
  'exporter-secret',
  'usage-key',
  'revenue-stripe-secret',
];
/** The reason why nothing is sent to a channel with secrets that cannot be decrypted. */
const OTHER_KEY =
  'its secrets were encrypted with another key: start with that key (--secrets-key-file), or write them again';

/** One change of the configuration; without `value`, the entry is removed. */
export interface ConfigChange {
  readonly project: string;
  readonly kind: ConfigKind;
  readonly id: string;
  readonly value?: object;
}

/** Rules, budgets, channels and silences of all projects, as the store has them. */
export interface Configs {
  readonly rules: readonly ActiveRule[];
  readonly budgets: readonly {
    readonly project: string;
    readonly budget: Budget;
    readonly revision: string;
  }[];
  /** Keys are project and id with `\0` between. */
  readonly channels: ReadonlyMap<string, ChannelWithSecrets>;
  readonly silences: readonly Silence[];
}

/** Whether a file created the record. `userspan apply` removes such records when they are no longer in the file. */
export interface Stored {
  readonly isFromFile?: boolean;
}

/** A secret that was encrypted with another key. */
export interface LockedSecret {
  readonly project: string;
  readonly kind: string;
  readonly id: string;
}

const KIND_NAMES: Readonly<Partial<Record<string, string>>> = {
  secret: 'channel',
  'exporter-secret': 'exporter',
  'usage-key': 'usage key',
  'revenue-stripe-secret': 'Stripe key of revenue',
};
const MAX_NAMED = 5;

/** An error text that lists the secrets that cannot be decrypted and says what to do. */
export function lockedText(locked: readonly LockedSecret[]): string {
  const named = locked
    .slice(0, MAX_NAMED)
    .map(({ project, kind, id }) => `${KIND_NAMES[kind] ?? kind} ${id} of project ${project}`);
  const more = locked.length > MAX_NAMED ? ` and ${locked.length - MAX_NAMED} more` : '';
  return `The secrets of ${named.join(', ')}${more} were encrypted with another key than this collector's: give every collector of a store the same secrets.key (--secrets-key-file, or USERSPAN_SECRETS_KEY), or write these secrets again here`;
}

/** Thrown when a secret would be written while the store has others that this collector's key cannot decrypt. */
export class LockedSecretsError extends Error {
  override readonly name = 'LockedSecretsError';
}

/** Reads and writes the configuration. Another collector may write it too, so it is read again every few seconds. */
export class ConfigBook {
  readonly #store: Pick<Storage, 'alerting'>;
  readonly #writer: VersionedWriter;
  readonly #box: SecretBox;

  constructor(store: Pick<Storage, 'alerting'>, writer: VersionedWriter, box: SecretBox) {
    this.#store = store;
    this.#writer = writer;
    this.#box = box;
  }

  async read(): Promise<Configs> {
    return configsOf(await this.records({}));
  }

  /** Records as they were written; those that were encrypted with another key are left out. */
  async records(query: {
    readonly project?: string;
    readonly kinds?: readonly ConfigKind[];
  }): Promise<ConfigRecord[]> {
    return (await this.#store.alerting.readConfigs(query)).flatMap((record) => {
      const value = this.#box.open(record, record.value);
      return value === undefined ? [] : [{ ...record, value }];
    });
  }

  /** Secrets that were encrypted with another key. */
  async lockedSecrets(): Promise<readonly LockedSecret[]> {
    const records = await this.#store.alerting.readConfigs({ kinds: SEALED_KINDS });
    return records
      .filter((record) => this.#box.open(record, record.value) === undefined)
      .map(({ project, kind, id }) => ({ project, kind, id }));
  }

  /**
   * Encrypts secrets that were stored by a version without encryption, and removes the unencrypted rows from the
   * store's files.
   */
  async sealOld(): Promise<void> {
    const old = (await this.#store.alerting.readConfigs({ kinds: SEALED_KINDS })).filter(
      ({ value }) => !isSealed(value),
    );
    if (old.length === 0) return;
    await this.write(
      old.map(({ project, kind, id, value }) => ({
        project,
        kind: kind as ConfigKind,
        id,
        value: JSON.parse(value) as object,
      })),
    );
    await this.#writer.removeOldVersions('alerting_configs');
  }

  /** Values of one kind of a project, by id. */
  async list<T extends object>(project: string, kind: ConfigKind): Promise<ReadonlyMap<string, T & Stored>> {
    const records = await this.records({ project, kinds: [kind] });
    return new Map(records.map(({ id, value }) => [id, JSON.parse(value) as T & Stored]));
  }

  async channel(project: string, id: string): Promise<ChannelWithSecrets | undefined> {
    const records = await this.records({ project, kinds: ['channel', 'secret'] });
    return configsOf(records).channels.get(`${project}\0${id}`);
  }

  /**
   * Writes changes together.
   *
   * @throws LockedSecretsError if a secret is added while others cannot be decrypted: of two collectors with different
   * keys, each could then read only some of them. A secret that cannot be decrypted may be replaced.
   */
  async write(changes: readonly ConfigChange[]): Promise<void> {
    const secrets = changes.filter(({ kind, value }) => value !== undefined && SEALED_KINDS.includes(kind));
    if (secrets.length > 0) {
      const locked = await this.lockedSecrets();
      const isReplaced = ({ project, kind, id }: ConfigChange): boolean =>
        locked.some((each) => each.project === project && each.kind === kind && each.id === id);
      if (locked.length > 0 && !secrets.every(isReplaced)) throw new LockedSecretsError(lockedText(locked));
    }
    await this.#writer.write(
      'alerting_configs',
      changes.map(({ project, kind, id, value }) => ({
        cells: [project, kind, id, value === undefined ? '' : this.#stored({ project, kind, id }, value)],
        isDeleted: value === undefined,
      })),
    );
  }

  /**
   * Removes every record that is about one of these users only, and removes the users from filters of rules and budgets
   * that also name others. Returns how many records changed.
   */
  async eraseUsers(project: string, ids: readonly string[]): Promise<number> {
    const records = await this.records({ project, kinds: ['rule', 'budget', 'silence'] });
    const changes = records.flatMap(({ kind, id, value }): ConfigChange[] => {
      const given = JSON.parse(value) as Partial<Pick<Silence, 'subject'> & Pick<AlertRule, 'filter'>>;
      const of = { project, kind: kind as ConfigKind, id };
      if (given.subject?.of === 'user' && ids.includes(given.subject.id)) return [of];
      const users = given.filter?.user ?? [];
      const others = users.filter((user) => !ids.includes(user));
      if (others.length === users.length) return [];
      return [
        others.length === 0 ? of : { ...of, value: { ...given, filter: { ...given.filter, user: others } } },
      ];
    });
    if (changes.length > 0) {
      await this.write(changes);
      await this.#writer.removeOldVersions('alerting_configs');
    }
    return changes.length;
  }

  #stored(
    place: { readonly project: string; readonly kind: ConfigKind; readonly id: string },
    value: object,
  ): string {
    const json = JSON.stringify(value);
    return SEALED_KINDS.includes(place.kind) ? this.#box.seal(place, json) : json;
  }

  /** The changes that write a channel. Secrets are a separate record from the fields that may be shown. */
  channelChanges({ channel, secrets }: ChannelWithSecrets, isFromFile: boolean): ConfigChange[] {
    const { project, id } = channel;
    return [
      { project, kind: 'channel', id, value: { ...channel, isFromFile } },
      { project, kind: 'secret', id, value: secrets },
    ];
  }
}

function configsOf(records: readonly ConfigRecord[]): Configs {
  const rules: ActiveRule[] = [];
  const budgets: { project: string; budget: Budget; revision: string }[] = [];
  const silences: Silence[] = [];
  const channels = new Map<string, ChannelWithSecrets>();
  const secrets = new Map<string, ChannelSecrets>();
  for (const { project, kind, id, value } of records) {
    if (kind === 'secret') secrets.set(`${project}\0${id}`, JSON.parse(value) as ChannelSecrets);
  }
  const addRule = (project: string, rule: AlertRule, revision: string): void => {
    if (!rule.enabled) return;
    const writtenMs = Number(BigInt(revision) / VERSIONS_PER_MS);
    rules.push({ project, rule, revision, writtenMs, parsedWindow: parseWindow(rule.window, rule.timeZone) });
  };
  for (const { project, kind, id, value, version } of records) {
    if (kind === 'rule') addRule(project, JSON.parse(value) as AlertRule, version);
    else if (kind === 'budget') {
      const budget = JSON.parse(value) as Budget;
      budgets.push({ project, budget, revision: version });
      for (const rule of rulesOfBudget(budget)) addRule(project, rule, version);
    } else if (kind === 'channel') {
      const key = `${project}\0${id}`;
      const channel = JSON.parse(value) as Channel;
      const known = secrets.get(key);
      channels.set(
        key,
        known === undefined
          ? { channel: { ...channel, disabledReason: OTHER_KEY }, secrets: {}, isLocked: true }
          : { channel, secrets: known },
      );
    } else if (kind === 'silence') silences.push(JSON.parse(value) as Silence);
  }
  return { rules, budgets, channels, silences };
}
