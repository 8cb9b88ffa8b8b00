const SHOWN = '…';
/** Strings shorter than this are not hidden: they occur in ordinary words. */
const MIN_LENGTH = 4;
/** Path segments shorter than this are taken for ordinary words and are not hidden. */
const MIN_SEGMENT = 16;
const MIN_PATH = 8;
const MIN_VALUE = 6;

/**
 * Removes secrets from a string before it is shown, because a receiver may echo the request and an error may quote it.
 * Finds secrets as they are, and as JSON, HTML, URLs and base64 encode them.
 */
export function hideSecrets(text: string, secrets: Iterable<string | undefined>): string {
  const hidden = new Set<string>();
  for (const secret of secrets) {
    if (secret === undefined || secret.length < MIN_LENGTH) continue;
    for (const form of formsOf(secret)) if (form.length >= MIN_LENGTH) hidden.add(form);
  }
  let shown = text;
  // The longest first, because one secret may contain another.
  for (const form of [...hidden].sort((a, b) => b.length - a.length)) shown = shown.replaceAll(form, SHOWN);
  return shown;
}

/** The parts of a URL that may give access: the URL itself, its path and parameters, its user and password. */
export function secretsOfUrl(text: string | undefined): string[] {
  if (text === undefined || !URL.canParse(text)) return [];
  const url = new URL(text);
  const { pathname, search } = url;
  const user = decoded(url.username);
  const password = decoded(url.password);
  return [
    text,
    url.href,
    ...(pathname.length + search.length < MIN_PATH ? [] : [`${pathname}${search}`]),
    ...(pathname.length < MIN_PATH ? [] : [pathname]),
    ...pathname.split('/').filter((segment) => segment.length >= MIN_SEGMENT),
    ...[...url.searchParams.values()].filter((value) => value.length >= MIN_VALUE),
    // The forms that `AUTH PLAIN` of SMTP and `Basic` of HTTP send.
    ...(password === '' ? [] : [password, user, `\0${user}\0${password}`, `${user}:${password}`]),
  ];
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    decoded(secret),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ...(secret.startsWith('whsec_') ? [secret.slice('whsec_'.length)] : []),
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
