import type { Parameter, Parameters } from './store.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LONG = 1_000;
const PLACEHOLDER = /\{(\w+):([\w()]+)\}/g;

/** None of these characters has a meaning inside a literal. */
const PLAIN = /^[A-Za-z0-9+/=]*$/;

/** A string as a literal. Either every byte is escaped, or none needs to be, so nothing in it can end the literal. */
export function textLiteral(text: string): string {
  // Packed keys are long, and escapes would make them four times as long.
  if (text.length > LONG && PLAIN.test(text)) return `'${text}'`;
  return `'${Buffer.from(text, 'utf8').toString('hex').replaceAll(/../g, '\\x$&')}'`;
}

function listLiteral(items: readonly string[], type: string): string {
  // A single cast, because a function call per item would be evaluated one by one.
  return `CAST([${items.join(',')}] AS ${type})`;
}

function integerOf(value: Parameter, name: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value.toString();
  // A value of a write batch that was read back from its file: JSON has no 64-bit numbers.
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return value;
  throw new TypeError(`Parameter ${name} is not an integer.`);
}

function quotedUuid(value: unknown, name: string): string {
  if (typeof value !== 'string' || !UUID.test(value)) throw new TypeError(`Parameter ${name} is not a UUID.`);
  return `'${value}'`;
}

function literalOf(value: Parameter, type: string, name: string): string {
  if (type === 'String') {
    if (typeof value !== 'string') throw new TypeError(`Parameter ${name} is not a string.`);
    return textLiteral(value);
  }
  if (type === 'UUID') return `toUUID(${quotedUuid(value, name)})`;
  if (type.startsWith('Array(')) {
    if (!Array.isArray(value)) throw new TypeError(`Parameter ${name} is not a list.`);
    return arrayOf(value as readonly Parameter[], type, name);
  }
  if (/^U?Int(8|16|32|64)$/.test(type)) return `to${type}('${integerOf(value, name)}')`;
  throw new TypeError(`Parameter ${name} has a type that is not bound here: ${type}.`);
}

function arrayOf(items: readonly Parameter[], type: string, name: string): string {
  if (type === 'Array(UUID)') {
    return listLiteral(
      items.map((item) => quotedUuid(item, name)),
      type,
    );
  }
  if (type === 'Array(UInt64)') {
    return listLiteral(
      items.map((item) => integerOf(item, name)),
      type,
    );
  }
  if (type !== 'Array(String)')
    throw new TypeError(`Parameter ${name} has a type that is not bound here: ${type}.`);
  return items.length === 0
    ? listLiteral([], type)
    : `[${items.map((item) => textLiteral(String(item))).join(',')}]`;
}

/**
 * Replaces parameters in SQL by literals of escaped bytes, so that no value can change the statement.
 *
 * chDB's own binding is not isolated between connections, so it runs one query at a time in the whole process (see its
 * `index.js`), and a slow page would delay the pipeline's queries. The planner treats literals as constants, so indexes
 * work as with bound values.
 *
 * Types: `String`, `Array(String)`, `UUID`, `Array(UUID)`, integers and `Array(UInt64)`.
 */
export function bind(sql: string, parameters: Parameters): string {
  return sql.replace(PLACEHOLDER, (_, name: string, type: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) throw new TypeError(`Parameter ${name} is missing.`);
    return literalOf(value, type, name);
  });
}
