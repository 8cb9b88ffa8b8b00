// The limits of a user, the same in the app, in the browser and in the collector: what one accepts, the others keep.

/** Longest id, in UTF-16 units. A longer one is refused: cut, it could be another user's. */
export const MAX_ID_LENGTH = 1024;
/** Maximum number of props of one user. A span has room for 128 attributes by default. */
export const MAX_PROPS = 64;
/** Longest name of a prop, in UTF-16 units. */
export const MAX_PROP_NAME_LENGTH = 128;
/** Longest value of a prop, in UTF-16 units. A longer one is dropped, because half a URL or address is wrong. */
export const MAX_PROP_LENGTH = 4096;
/** All names and values of one user's props together, in UTF-16 units. */
export const MAX_PROPS_LENGTH = 8192;
