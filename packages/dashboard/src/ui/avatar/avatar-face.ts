/** Two letters for a person: of the name, else of the id. Whole characters, so that no emoji is cut in two. */
export function initialsOf(name: string | undefined, id: string): string {
  const words = (name ?? '').trim().split(/\s+/u).filter(isWord);
  const first = words[0];
  const last = words.length > 1 ? words.at(-1) : undefined;
  if (first !== undefined) return (firstCharacter(first) + firstCharacter(last ?? '')).toUpperCase();
  const letters = id.match(/[\p{L}\p{N}]/gu);
  return letters === null ? '?' : letters.slice(0, 2).join('').toUpperCase();
}

function isWord(word: string): boolean {
  return /[\p{L}\p{N}]/u.test(word);
}

function firstCharacter(word: string): string {
  return word.match(/[\p{L}\p{N}]/u)?.[0] ?? '';
}

/** A colour dark enough for white letters in both themes, made from the id alone. */
export function avatarColour(id: string): string {
  let hash = 2166136261;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 16777619);
  // Ids differ in their last characters: mix those into all bits.
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  const hue = ((hash ^ (hash >>> 16)) >>> 0) % 360;
  return `oklch(0.52 0.11 ${hue})`;
}

/**
 * The picture of a user where showing it sends no request to another site: inline data of an image format, or our own origin. A picture
 * from elsewhere would tell its server who looks at whom, so it is shown only where the reader has allowed that, over HTTPS.
 */
export function safePicture(
  picture: string | undefined,
  origin: string,
  fromAnywhere: boolean,
): string | undefined {
  if (picture === undefined) return undefined;
  if (/^data:image\/(?:png|jpeg|gif|webp|avif);base64,/iu.test(picture)) return picture;
  if (!URL.canParse(picture)) return undefined;
  const url = new URL(picture);
  return url.origin === origin || (fromAnywhere && url.protocol === 'https:') ? picture : undefined;
}
