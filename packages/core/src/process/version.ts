/** Version of this package, as the spans' instrumentation scope. A test compares it with package.json. */
export const VERSION = '0.1.0';
