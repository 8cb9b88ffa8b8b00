import { execFileSync } from 'node:child_process';

/**
 * Writes a self-signed certificate, valid for two days, and its key as PEM. `more` are further arguments of `openssl
 * req`.
 */
export function makeCertificate(
  commonName: string,
  { cert, key }: { readonly cert: string; readonly key: string },
  ...more: readonly string[]
): void {
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
  execFileSync('openssl', [...request, '-subj', `/CN=${commonName}`, '-keyout', key, '-out', cert, ...more], {
    stdio: 'ignore',
  });
}
