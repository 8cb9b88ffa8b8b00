// In your app: the session store, which returns the user of a session token.
const users = new Map([
  [
    'ada-session',
    { id: 'u_ada', props: { name: 'Ada Lovelace', email: 'ada@example.com', group: 'Analytical Engines' } },
  ],
  ['grace-session', { id: 'u_grace', props: { name: 'Grace Hopper', email: 'grace@example.com' } }],
  ['linus-session', { id: 'u_linus', props: { name: 'Linus Pauling', email: 'linus@example.com' } }],
]);

/** The user of an `Authorization: Bearer …` header; undefined for a visitor who is not signed in. */
export function userOfSession(authorization) {
  return users.get(authorization?.replace(/^Bearer /, ''));
}
