interface WebCrypto {
  readonly subtle: { digest(name: string, bytes: Uint8Array): Promise<ArrayBuffer> };
}

/** SHA-256 of a feed's text in UTF-8, in hexadecimal. Log it when a feed is accepted. */
export async function hashFeed(text: string): Promise<string> {
  const { crypto, TextEncoder } = globalThis as unknown as {
    readonly crypto: WebCrypto;
    readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  };
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
