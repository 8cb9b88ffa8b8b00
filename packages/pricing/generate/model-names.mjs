/**
 * Turns the matching rules of the price package into names.
 *
 * The package matches by prefix, substring and regular expression, which also matches names nobody has priced. Here
 * a rule becomes exact names, and `name*` where the rule is open at the end: the reader then accepts only the known
 * kinds of snapshot suffix after it.
 */
export function namesOf(model) {
  const names = new Set([model.id.toLowerCase()]);
  addRule(model.match, names);
  addRegional(model, names);
  return [...names].filter((name) => name !== '');
}

/**
 * Bedrock: the package's own word `regional.` stands for one region and for a group of them (`us.`, `eu.`, …), so
 * `regional.anthropic.claude-3-haiku-20240307-v1:0` is what a call names `anthropic.claude-3-haiku-20240307-v1:0` or
 * `us.anthropic.claude-3-haiku-20240307-v1:0`. Only where a rule says that the place does not matter
 * (`contains: claude-3-haiku-20240307`): other models cost differently, or have no price, outside the listed places.
 */
function addRegional(model, names) {
  const place = 'regional.';
  if (!model.id.startsWith(place)) return;
  const anywhere = model.id.slice(place.length).toLowerCase();
  for (const rule of model.match.or ?? [model.match]) {
    const at = rule.contains === undefined ? -1 : anywhere.indexOf(rule.contains.toLowerCase());
    if (at >= 0) addOpen(anywhere.slice(0, at + rule.contains.length), names);
  }
}

function addRule(rule, names) {
  if ('or' in rule) for (const part of rule.or) addRule(part, names);
  else if ('and' in rule) addRule(rule.and[0], names);
  else if ('equals' in rule) names.add(rule.equals.toLowerCase());
  else if ('ends_with' in rule) names.add(rule.ends_with.toLowerCase());
  else if ('starts_with' in rule) addOpen(rule.starts_with, names);
  else if ('contains' in rule) addOpen(rule.contains, names);
  else addRegex(rule.regex, names);
}

/** Prefixes that end inside a snapshot's number. */
const CUT_SHORT = { 'gemini-2.0-flash-0': 'gemini-2.0-flash' };

/** `claude-opus-5@` and `claude-opus-5-` are the same open name. */
function addOpen(text, names) {
  const name = CUT_SHORT[text] ?? text.toLowerCase().replace(/[-@.]+$/, '');
  names.add(name);
  names.add(`${name}*`);
}

const SNAPSHOT_TAIL = /(?:-\\d\{8\}|-\\d\{4\}-\\d\{2\}-\\d\{2\})\$$/;

function addRegex(regex, names) {
  const open = regex.replace(SNAPSHOT_TAIL, '').replace(/-\\d$/, '');
  const literal = open.replace(/^\^/, '').replace(/\$$/, '').replace(/\\(.)/g, '$1');
  const stillRegex = literal.replace(/\[fast=(?:true|false)\]/, '');
  if (/[()[\]{}|*+?^$\\]/.test(stillRegex))
    throw new Error(`cannot read the rule ${regex}: teach generate/model-names.mjs`);
  names.add(literal.toLowerCase());
  if (open !== regex) names.add(`${literal.toLowerCase()}*`);
}
