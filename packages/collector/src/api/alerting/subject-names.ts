import type { Storage } from '../../storage/storage.ts';

/** A user, group, model… that an alert or a budget is about. */
interface Subject {
  readonly of: string;
  readonly subject: string;
}

/** Reads what users among these subjects are called. @returns the name of one; `null` for what is no user or has none. */
export async function readNames(
  store: Pick<Storage, 'users'>,
  project: string,
  subjects: readonly Subject[],
): Promise<(of: string, subject: string) => string | null> {
  const ids = new Set(subjects.filter(({ of }) => of === 'user').map(({ subject }) => subject));
  const profiles = await store.users.readProfiles(project, [...ids]);
  return (of, subject) => (of === 'user' ? (profiles.get(subject)?.name ?? null) : null);
}
