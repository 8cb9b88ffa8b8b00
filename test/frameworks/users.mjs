// The users of the apps. The question sets the number of input tokens that the fake API bills, so a bill identifies its user.
export const users = [
  { id: 'ada', inputTokens: 100, words: 'Where is Oslo?' },
  { id: 'bob', inputTokens: 200, words: 'Where is Bergen, and how do I get there?' },
];

/** The question of a user; `directive` is more for the fake API, such as `call weather {}`. */
export function questionOf({ inputTokens, words }, directive) {
  return `${words} [[${[`input ${inputTokens}`, directive].filter(Boolean).join('; ')}]]`;
}

/** Returns the user of a bill. */
export function userOfBill({ usage }) {
  return users.find(({ inputTokens }) => inputTokens === usage.inputTokens)?.id ?? 'nobody';
}
