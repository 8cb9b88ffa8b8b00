import { readFile } from 'node:fs/promises';

import { closest } from 'fastest-levenshtein';

import { OptionsError, type SettingValues } from './options.ts';
import { parseSetting, SETTINGS, type SettingName, type SettingValue } from './settings.ts';

/** Sections that `userspan apply` reads from the same file. */
export const APPLIED: readonly string[] = ['channels', 'alerts', 'budgets'];

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** The settings among the `USERSPAN_*` variables: `USERSPAN_GRPC_PORT` is `grpc-port`. */
export function settingsFromEnvironment(variables: Readonly<Record<string, string>>): SettingValues {
  const values: Partial<Record<SettingName, SettingValue>> = {};
  for (const name of NAMES) {
    const variable = `USERSPAN_${name.replaceAll('-', '_').toUpperCase()}`;
    const text = variables[variable];
    if (text !== undefined && text !== '') {
      values[name] = parsed(name, text, variable);
    }
  }
  return values;
}

/** The settings in flags that `parseArgs` has read. */
export function settingsFromFlags(
  flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>,
): SettingValues {
  const values: Partial<Record<SettingName, SettingValue>> = {};
  for (const name of NAMES) {
    const value = flags[name];
    if (typeof value === 'string') {
      values[name] = parsed(name, value, `--${name}`);
    } else if (typeof value === 'boolean') {
      values[name] = value;
    } else if (value !== undefined) {
      values[name] = [...value];
    }
  }
  return values;
}

/** The settings of a JSON file. Throws for unknown names, which are usually typing mistakes. */
export async function settingsFromFile(path: string): Promise<SettingValues> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new OptionsError(`${path} cannot be read as JSON: ${String(error)}`, { cause: error });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new OptionsError(`${path} is not a JSON object.`);
  }
  const values: Partial<Record<SettingName, SettingValue>> = {};
  refuseUnknown(path, json);
  for (const [key, value] of Object.entries(json)) {
    const name = NAMES.find((known) => known === key);
    if (name === undefined) continue;
    values[name] = valueInFile(name, value, `${path}: ${key}`);
  }
  return values;
}

function valueInFile(name: SettingName, value: unknown, where: string): SettingValue {
  if (isPlain(value)) return parsed(name, String(value), where);
  const isList = SETTINGS[name].kind === 'list';
  if (isList && Array.isArray(value) && value.every((item) => isPlain(item) && item !== '')) {
    return value.map(String);
  }
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
  throw new OptionsError(
    isList
      ? `${where} must be a string or a list of strings that are not empty; got ${kind}${kind === 'a list' ? ' with something else in it' : ''}.`
      : `${where} must be a string, a number, true or false; got ${kind}.`,
  );
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Throws for names that are neither settings nor sections of `userspan apply`. */
export function refuseUnknown(path: string, json: object): void {
  const known: readonly string[] = [...NAMES, ...APPLIED];
  const unknown = Object.keys(json).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new OptionsError(
    `${path}: there is no setting ${JSON.stringify(unknown)}; did you mean ${closest(unknown, known)}? userspan --help lists them, and ${APPLIED.join(', ')} are for userspan apply.`,
  );
}

function parsed(name: SettingName, text: string, where: string): SettingValue {
  const value = text === '' ? undefined : parseSetting(name, text);
  if (value === undefined) {
    const { kind, value: takes = 'true or false', least = 1, help } = SETTINGS[name];
    const range = kind === 'count' || kind === 'bytes' ? `, at least ${least}` : '';
    throw new OptionsError(`${where} takes ${takes}${range}: ${help}; got ${JSON.stringify(text)}.`);
  }
  return value;
}
