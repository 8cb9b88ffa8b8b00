const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}`, `secret-many-${i}`]));

/** Users with values that broke requests in other software. All personal values contain `secret` in some form. */
export const people = {
  plain: {
    id: 'secret-id-1',
    props: { name: 'Secret Name', email: 'secret@example.com', plan: 'secret-plan' },
  },
  CJK: { id: 'secret-秘密', props: { name: '秘密の名前', email: 'secret@例え.jp' } },
  emoji: { id: 'secret-👋', props: { name: 'secret 👩‍👩‍👧' } },
  CRLF: { id: 'secret\r\nx-injected: 1', props: { name: 'secret\r\n\r\nGET / HTTP/1.1' } },
  NUL: { id: 'secret\u0000', props: { name: 'secret\u0000' } },
  'a lone surrogate in a prop': { id: 'secret-s', props: { name: 'secret\uD800' } },
  '10 kB': {
    id: 'secret-k',
    props: { bio: `secret${'x'.repeat(10_000)}`, note: `secret${'y'.repeat(4000)}` },
  },
  'an id of 1 kB': { id: `secret${'z'.repeat(1000)}`, props: { name: 'secret' } },
  '300 props': { id: 'secret-m', props: many },
  undefined: { id: 'secret-u', props: { name: undefined, email: null, plan: 'secret' } },
  separators: { id: 'secret,a=b;c=%0d%0a"', props: { 'k,e=y': 'secret;,=%' } },
};
