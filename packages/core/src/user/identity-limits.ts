// Limits of a user. App, browser and collector use the same ones, so that none drops what another accepted.

/**
 * Maximum length of an id in UTF-16 units. A longer id is refused and not shortened, because the short one could be
 * another user's.
 */
export const MAX_ID_LENGTH = 1024;
/** Maximum number of props of one user. A span has room for 128 attributes by default. */
export const MAX_PROPS = 64;
/** Maximum length of a prop's name in UTF-16 units. */
export const MAX_PROP_NAME_LENGTH = 128;
/**
 * Maximum length of a prop's value in UTF-16 units. A longer value is dropped, because half a URL or address is wrong.
 */
export const MAX_PROP_LENGTH = 4096;
/** Maximum length of all names and values of one user's props together, in UTF-16 units. */
export const MAX_PROPS_LENGTH = 8192;
