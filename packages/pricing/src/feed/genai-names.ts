import { type Entry, isEntry } from './feed-reader.ts';

/**
 * Turns the matching rules of genai-prices into names.
 *
 * Its rules match by prefix, substring and regular expression, and so also match names without a price. Here a rule
 * becomes exact names, or `name*` if the rule allows any ending; after such a name, the lookup accepts only known kinds
 * of snapshot suffixes. A rule that cannot be converted gives no name.
 */
export function namesOfRule(model: Entry): string[] {
  const id = String(model['id']).toLowerCase();
  const names = new Set([id]);
  addRule(model['match'], names);
  addRegional(id, model['match'], names);
  return [...names].filter((name) => name !== '');
}

/**
 * Adds the names of Bedrock's regional models. In genai-prices, `regional.` means one region or a group of regions
 * (`us.`, `eu.`, …), so calls name `regional.anthropic.claude-3-haiku-20240307-v1:0` as
 * `anthropic.claude-3-haiku-20240307-v1:0` or `us.anthropic.claude-3-haiku-20240307-v1:0`. Names are added only if a
 * rule matches every region (`contains: claude-3-haiku-20240307`): other models have a different price, or none, in
 * other regions.
 */
function addRegional(id: string, match: unknown, names: Set<string>): void {
  const place = 'regional.';
  if (!id.startsWith(place) || !isEntry(match)) return;
  const anywhere = id.slice(place.length);
  const rules = Array.isArray(match['or']) ? (match['or'] as readonly unknown[]) : [match];
  for (const rule of rules) {
    const part = isEntry(rule) ? textOf(rule, 'contains') : undefined;
    const at = part === undefined ? -1 : anywhere.indexOf(part.toLowerCase());
    if (part !== undefined && at >= 0) addOpen(anywhere.slice(0, at + part.length), names);
  }
}

function addRule(rule: unknown, names: Set<string>): void {
  if (!isEntry(rule)) return;
  if (Array.isArray(rule['or'])) for (const part of rule['or'] as readonly unknown[]) addRule(part, names);
  else if (Array.isArray(rule['and'])) addRule((rule['and'] as readonly unknown[])[0], names);
  else {
    const exact = textOf(rule, 'equals') ?? textOf(rule, 'ends_with');
    const open = textOf(rule, 'starts_with') ?? textOf(rule, 'contains');
    const regex = textOf(rule, 'regex');
    if (exact !== undefined) names.add(exact.toLowerCase());
    else if (open !== undefined) addOpen(open, names);
    else if (regex !== undefined) addRegex(regex, names);
  }
}

/** Prefixes that end inside a snapshot number, with their full names. */
const CUT_SHORT: Readonly<Record<string, string>> = { 'gemini-2.0-flash-0': 'gemini-2.0-flash' };

/** Adds an open name. `claude-opus-5@` and `claude-opus-5-` are the same one. */
function addOpen(text: string, names: Set<string>): void {
  const name = CUT_SHORT[text] ?? text.toLowerCase().replace(/[-@.]+$/, '');
  names.add(name);
  names.add(`${name}*`);
}

const SNAPSHOT_TAIL = /(?:-\\d\{8\}|-\\d\{4\}-\\d\{2\}-\\d\{2\})\$$/;

function addRegex(regex: string, names: Set<string>): void {
  const open = regex.replace(SNAPSHOT_TAIL, '').replace(/-\\d$/, '');
  const literal = open.replace(/^\^/, '').replace(/\$$/, '').replace(/\\(.)/g, '$1');
  const stillRegex = literal.replace(/\[fast=(?:true|false)\]/, '');
  if (/[()[\]{}|*+?^$\\]/.test(stillRegex)) return;
  names.add(literal.toLowerCase());
  if (open !== regex) names.add(`${literal.toLowerCase()}*`);
}

function textOf(rule: Entry, name: string): string | undefined {
  const value = rule[name];
  return typeof value === 'string' ? value : undefined;
}
