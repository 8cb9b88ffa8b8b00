import { parseArgs, type ParseArgsConfig } from 'node:util';
import { OptionsError } from '../config/options.ts';

export type FlagOptions = NonNullable<ParseArgsConfig['options']>;
export type Flags = Readonly<Record<string, string | boolean | string[] | undefined>>;

/**
 * Reads the flags of one command. A flag that it does not have is an error, and so is an empty value: it comes from a
 * variable of a shell that is not set, and the default may do something else entirely.
 */
export function parseFlags(
  args: readonly string[],
  options: FlagOptions,
  allowPositionals = false,
): { readonly flags: Flags; readonly positionals: readonly string[] } {
  const { flags, positionals } = parseAll(args, options, allowPositionals);
  for (const [name, value] of Object.entries(flags)) {
    if ([value].flat().includes('')) {
      throw new OptionsError(`--${name} has an empty value: give it one, or leave the flag out.`);
    }
  }
  if (positionals.includes('')) {
    throw new OptionsError('An argument is empty. userspan --help lists what each command needs.');
  }
  return { flags, positionals };
}

function parseAll(
  args: readonly string[],
  options: FlagOptions,
  allowPositionals: boolean,
): { readonly flags: Flags; readonly positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals,
      allowNegative: true,
    });
    return { flags: values as Flags, positionals };
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/\.? To specify.*/s, '') : String(error);
    throw new OptionsError(`${message}. userspan --help lists the flags.`, { cause: error });
  }
}

/** A flag with a value, undefined when it was not given. */
export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** A flag that takes a whole number of at least 1. */
export function countFlag(flags: Flags, name: string, byDefault: number): number {
  const text = textFlag(flags, name);
  if (text === undefined) {
    return byDefault;
  }
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new OptionsError(`--${name} must be a whole number of at least 1; got ${text}.`);
  }
  return count;
}
