import { UNIT_OF_CODE } from '../priced-unit.ts';
import { priceProblem } from './feed-reader.ts';

/** Start of a segment: `!flex`, `@2026-08-21`, `@wd08:00-16:30`, `*0.5`, each of them optional. */
const HEAD =
  /^(?:![a-z]+)?(?:@(\d{4}-\d\d-\d\d(?:T\d\d:\d\dZ)?))?(?:@(?:wd)?(\d\d:\d\d)-(\d\d:\d\d))?(?:\*(\d*\.?\d+))?(?: |$)/;
const ITEM = /^([a-z]+|p\/[a-z]+\/[\da-z]+)=(x|\d*\.?\d+)((?:>\d+k?:(?:x|\d*\.?\d+))*)$/;
/** Codes of the list that are not billed units: a minimum duration, annotated pages, text messages of a voice agent. */
const UNBILLED: ReadonlySet<string> = new Set(['hmin', 'da', 'm']);
const CLOCK = /^(?:[01]\d|2[0-4]):[0-5]\d$/;
const MAX_FACTOR = 100;

/**
 * What is wrong with prices in the format of the list, which has segments separated by tabs (`i=2 o=8`, `!flex*0.5`);
 * `undefined` if they are valid. Without this check, prices that the list cannot parse would cost nothing.
 */
export function pricesProblem(prices: string): string | undefined {
  const segments = prices.split('\t');
  for (const segment of segments) {
    const problem = segmentProblem(segment);
    if (problem !== undefined) return `${problem} in ${JSON.stringify(segment)}`;
  }
  return undefined;
}

function segmentProblem(segment: string): string | undefined {
  const marks = /^[!@*]/.test(segment) ? HEAD.exec(segment) : [];
  if (marks === null) return 'expected a tier, a date or a factor';
  const [head = '', date, from, until, factor] = marks;
  const wrong = headProblem(date, [from, until], factor);
  if (wrong !== undefined) return wrong;
  const items = segment.slice(head.length);
  if (items === '') return factor === undefined ? 'expected a price' : undefined;
  for (const item of items.split(' ')) {
    const problem = itemProblem(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function headProblem(
  date: string | undefined,
  clocks: readonly (string | undefined)[],
  factor: string | undefined,
): string | undefined {
  if (date !== undefined && Number.isNaN(Date.parse(date))) return `${date} is not a date`;
  const wrong = clocks.find((clock) => clock !== undefined && !CLOCK.test(clock));
  if (wrong !== undefined) return `${wrong} is not a time of day`;
  return factor === undefined || (Number(factor) > 0 && Number(factor) <= MAX_FACTOR)
    ? undefined
    : `expected a factor above 0 and up to ${String(MAX_FACTOR)}, got ${factor}`;
}

function itemProblem(item: string): string | undefined {
  const [, code = '', base = '', steps = ''] = ITEM.exec(item) ?? [];
  if (code === '') return `expected a price such as i=2, got ${JSON.stringify(item)}`;
  if (!UNIT_OF_CODE.has(code) && !UNBILLED.has(code) && !code.startsWith('p/'))
    return `the unit ${code} is not known`;
  const amounts = [
    base,
    ...steps
      .split('>')
      .slice(1)
      .map((step) => step.slice(step.indexOf(':') + 1)),
  ];
  return amounts
    .filter((amount) => amount !== 'x')
    .map((amount) => priceProblem(Number(amount), 1))
    .find((problem) => problem !== undefined);
}
