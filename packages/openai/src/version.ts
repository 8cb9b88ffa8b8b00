/** Name and version of the instrumentation scope; a test holds them against `package.json`. */
export const SCOPE_NAME = '@userspan/openai';
export const SCOPE_VERSION = '0.1.0';
