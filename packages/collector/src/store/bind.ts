import type { Parameter, Parameters } from './store.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PLACEHOLDER = /\{(\w+):([\w()]+)\}/g;

function hexOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

function integerOf(value: Parameter, name: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value.toString();
  // What was written into a plan and read back: JSON has no 64-bit numbers.
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return value;
  throw new TypeError(`Parameter ${name} is not an integer.`);
}

function uuidLiteral(value: unknown, name: string): string {
  if (typeof value !== 'string' || !UUID.test(value)) throw new TypeError(`Parameter ${name} is not a UUID.`);
  return `toUUID('${value}')`;
}

function literalOf(value: Parameter, type: string, name: string): string {
  if (type === 'String') {
    if (typeof value !== 'string') throw new TypeError(`Parameter ${name} is not a string.`);
    return `unhex('${hexOf(value)}')`;
  }
  if (type === 'Array(String)') {
    if (!Array.isArray(value)) throw new TypeError(`Parameter ${name} is not a list.`);
    const items = value.map((item) => `unhex('${hexOf(String(item))}')`);
    return items.length === 0 ? 'CAST([] AS Array(String))' : `[${items.join(',')}]`;
  }
  if (type === 'UUID') return uuidLiteral(value, name);
  if (type === 'Array(UUID)') {
    if (!Array.isArray(value)) throw new TypeError(`Parameter ${name} is not a list.`);
    const items = value.map((item: unknown) => uuidLiteral(item, name));
    return items.length === 0 ? 'CAST([] AS Array(UUID))' : `[${items.join(',')}]`;
  }
  if (type === 'Array(UInt64)') {
    if (!Array.isArray(value)) throw new TypeError(`Parameter ${name} is not a list.`);
    const items = value.map((item: Parameter) => `toUInt64('${integerOf(item, name)}')`);
    return items.length === 0 ? 'CAST([] AS Array(UInt64))' : `[${items.join(',')}]`;
  }
  if (/^U?Int(8|16|32|64)$/.test(type)) return `to${type}('${integerOf(value, name)}')`;
  throw new TypeError(`Parameter ${name} has a type that is not bound here: ${type}.`);
}

/**
 * Puts parameters into SQL as hex literals, which no text can break out of.
 *
 * chDB's own binding is not isolated between connections, and is therefore run one query at a time in the whole
 * process (its `index.js` says so); a slow page would hold up the pipeline's look-ups. Hex literals are constants to
 * the planner, so indexes work as with bound values.
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
