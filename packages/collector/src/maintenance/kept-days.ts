import type { Storage } from '../storage/storage.ts';
import type { VersionedWriter } from '../storage/write/alerting/versioned-writer.ts';

const KIND = 'kept-days';
const ID = 'usage';

/**
 * The first day whose usage is complete: retention deleted what was before. Days since the epoch; `undefined` where nothing
 * was written down yet. It is written before days are deleted, so that a day is never read while it is half deleted. The
 * rows of the roll-ups do not tell: an erasure takes the earliest ones away, too.
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
