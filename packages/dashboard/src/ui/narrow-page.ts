/** Where lists are drawn as for a telephone. */
export const narrowPage = '(max-width: 720px)';
