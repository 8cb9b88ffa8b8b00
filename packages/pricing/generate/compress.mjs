/** The letters and digits of `expandText` in `src/list/expand-text.ts`. */
const LENGTHS = 'ABCDEFGHIJKLMNOPQRSUVWXY';
const DISTANCES = "%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";
/** A copy takes three characters, so shorter ones save nothing. */
const SHORTEST = 4;
const LONGEST = SHORTEST + LENGTHS.length - 1;
const FARTHEST = DISTANCES.length ** 2;

/**
 * Compresses text by replacing repetitions of text up to 7,744 characters before with a letter for the length and two
 * digits for the distance. Finds the shortest result by trying every length at every position, from the end of the
 * text.
 */
export function compress(text) {
  for (const letter of LENGTHS) {
    if (text.includes(letter)) throw new Error(`the list has ${letter}, which stands for a length`);
  }
  const longest = longestCopies(text);
  const costs = new Float64Array(text.length + 1);
  const lengths = new Uint8Array(text.length);
  for (let at = text.length - 1; at >= 0; at -= 1) {
    costs[at] = costs[at + 1] + 1;
    for (let length = SHORTEST; length <= longest[at].length; length += 1) {
      if (costs[at + length] + 3 >= costs[at]) continue;
      costs[at] = costs[at + length] + 3;
      lengths[at] = length;
    }
  }
  let packed = '';
  for (let at = 0; at < text.length; at += Math.max(lengths[at], 1)) {
    packed += lengths[at] === 0 ? text[at] : copy(lengths[at], longest[at].distance);
  }
  return packed;
}

function copy(length, distance) {
  const digits = [Math.floor((distance - 1) / DISTANCES.length), (distance - 1) % DISTANCES.length];
  return LENGTHS[length - SHORTEST] + digits.map((digit) => DISTANCES[digit]).join('');
}

/** For each position the longest possible copy; the nearest one of equal length. */
function longestCopies(text) {
  const places = new Map();
  return Array.from(text, (_, at) => {
    const start = text.slice(at, at + SHORTEST);
    const known = places.get(start) ?? [];
    places.set(start, known);
    const best = { length: 0, distance: 0 };
    for (let index = known.length - 1; index >= 0 && best.length < LONGEST; index -= 1) {
      const distance = at - known[index];
      if (distance > FARTHEST) break;
      const length = sharedLength(text, known[index], at);
      if (length > best.length) Object.assign(best, { length, distance });
    }
    known.push(at);
    return best;
  });
}

function sharedLength(text, from, at) {
  let length = 0;
  while (length < LONGEST && at + length < text.length && text[from + length] === text[at + length]) {
    length += 1;
  }
  return length;
}
