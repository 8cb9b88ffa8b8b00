/** Version of this package in its spans. A test compares it with package.json. */
export const VERSION = '0.1.0';
