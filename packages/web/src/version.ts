/** Version of this package, as its spans say it. A test holds it against package.json. */
export const VERSION = '0.1.0';
