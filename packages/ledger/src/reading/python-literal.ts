/** One piece of a Python literal that JSON writes in another way. */
const PIECES = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\b(None|True|False)\b|([()])|,(?=\s*[}\])])/g;
const WORDS: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' };

/**
 * Reads what Python's `repr` writes of dicts, lists, texts, numbers, booleans and `None`; `undefined` for anything else,
 * such as the `repr` of an object.
 */
export function parsePythonLiteral(text: string): unknown {
  const json = text.replace(
    PIECES,
    (
      piece,
      single: string | undefined,
      double: string | undefined,
      word: string | undefined,
      bracket?: string,
    ) => {
      const quoted = single ?? double;
      if (quoted !== undefined) return JSON.stringify(unescaped(quoted));
      if (word !== undefined) return WORDS[word] ?? 'null';
      if (bracket !== undefined) return bracket === '(' ? '[' : ']';
      return piece === ',' ? '' : piece;
    },
  );
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([\da-f]{2})|u([\da-f]{4})|(.))/gi,
    (_, hex?: string, code?: string, char?: string) => {
      const digits = hex ?? code;
      if (digits !== undefined) return String.fromCharCode(parseInt(digits, 16));
      return char === 'n' ? '\n' : char === 't' ? '\t' : (char ?? '');
    },
  );
}
