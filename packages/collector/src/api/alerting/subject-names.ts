import type { Storage } from '../../storage/storage.ts';

/** The user, group, model and so on of an alert or budget. */
interface Subject {
  readonly of: string;
  readonly subject: string;
}

/**
 * Reads the names of the users among these subjects. @returns a function for the name of a subject; `null` if it is not
 * a user or has no name.
 */
export async function readNames(
  store: Pick<Storage, 'users'>,
  project: string,
  subjects: readonly Subject[],
): Promise<(of: string, subject: string) => string | null> {
  const ids = new Set(subjects.filter(({ of }) => of === 'user').map(({ subject }) => subject));
  const profiles = await store.users.readProfiles(project, [...ids]);
  return (of, subject) => (of === 'user' ? (profiles.get(subject)?.name ?? null) : null);
}
