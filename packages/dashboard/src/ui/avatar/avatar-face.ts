/** Returns two letters of the name or id. Takes whole characters, so that emoji are not cut. */
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

/** Returns a colour that depends only on the id and is dark enough for white letters. */
export function avatarColour(id: string): string {
  let hash = 2166136261;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 16777619);
  // Ids often differ only in the last characters, so these must affect all bits.
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  const hue = ((hash ^ (hash >>> 16)) >>> 0) % 360;
  return `oklch(0.52 0.11 ${hue})`;
}

/**
 * Returns the URL of a user's picture if it can be loaded without a request to another site: an image as inline data,
 * or a URL of the same origin. Other pictures would tell their server who looks at whom, so they require the setting
 * that allows them, and HTTPS.
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
