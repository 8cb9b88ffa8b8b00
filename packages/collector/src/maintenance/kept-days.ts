import type { Storage } from '../storage/storage.ts';
import type { VersionedWriter } from '../storage/write/alerting/versioned-writer.ts';

const KIND = 'kept-days';
const ID = 'usage';

/**
 * The first day with complete usage; retention deleted earlier days. Days since the epoch; `undefined` if not stored
 * yet. It is stored before days are deleted, so that a partly deleted day is never read. It cannot be derived from
 * roll-ups, because an erasure may also remove the earliest rows.
 */
export async function readFirstKeptDay(store: Pick<Storage, 'alerting'>): Promise<number | undefined> {
  const [record] = await store.alerting.readConfigs({ project: '', kinds: [KIND] });
  return record === undefined
    ? undefined
    : (JSON.parse(record.value) as { readonly firstDay: number }).firstDay;
}

/** Writes the first day that is kept, unless a later one is known. */
export async function writeFirstKeptDay(
  store: Pick<Storage, 'alerting'>,
  writer: VersionedWriter,
  firstDay: number,
): Promise<void> {
  const known = await readFirstKeptDay(store);
  if (known !== undefined && known >= firstDay) return;
  await writer.write('alerting_configs', [{ cells: ['', KIND, ID, JSON.stringify({ firstDay })] }]);
}
