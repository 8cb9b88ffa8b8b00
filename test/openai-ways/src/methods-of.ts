import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { OpenAIModule } from './majors.ts';

/** A method of a client whose request may be billed: `beta.threads.runs.create`, `/threads/{}/runs`. */
export interface SendingMethod {
  readonly name: string;
  readonly path: string;
}

const SENT = /\.\s*(?:post|put|patch)\(\s*(?:\(0, \w+\.path\)|path)?\s*(['"`])([^'"`]+)\1/g;
const LISTED = /getAPIList\(\s*(?:\(0, \w+\.path\)|path)?\s*(['"`])([^'"`]+)\1/g;

/** Every method of a client that sends POST, PUT or PATCH, read from the source of the methods themselves. */
export function methodsOf({ OpenAI }: OpenAIModule): SendingMethod[] {
  const client = new OpenAI({ apiKey: 'sk-test', adminAPIKey: 'sk-admin' });
  const found: SendingMethod[] = [];
  addMethods(client, '', found);
  return found;
}

function addMethods(resource: object, prefix: string, found: SendingMethod[]): void {
  if (prefix !== '') addOwnMethods(resource, prefix, found);
  for (const [key, value] of Object.entries(resource)) {
    if (key === '_client' || typeof value !== 'object' || value === null || !('_client' in value)) continue;
    // Administration of an organization is not billed.
    if (key !== 'admin') addMethods(value as object, `${prefix}${key}.`, found);
  }
}

function addOwnMethods(resource: object, prefix: string, found: SendingMethod[]): void {
  let prototype = Object.getPrototypeOf(resource) as object;
  while (prototype !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name === 'constructor' || typeof value !== 'function') continue;
      const source = String(value);
      const lists = /method:\s*'post'/.test(source) ? source.matchAll(LISTED) : [];
      for (const match of [...source.matchAll(SENT), ...lists]) {
        found.push({ name: prefix + name, path: plainPath(match[2] ?? '') });
      }
    }
    prototype = Object.getPrototypeOf(prototype) as object;
  }
}

function plainPath(template: string): string {
  return template.replaceAll(/\$\{[^}]*\}/g, '{}').replace(/\?.*/, '');
}

/** Every class of an installed package that uses a WebSocket, found in its files: `realtime/ws OpenAIRealtimeWS`. */
export async function socketClassesOf(name: string): Promise<string[]> {
  const root = fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url));
  const files = await readdir(root, { recursive: true });
  const found: string[] = [];
  for (const file of files) {
    // The folder contains adapters to the platform's WebSocket.
    if (!file.endsWith('.mjs') || /^(?:src|internal|_vendor)\//.test(file)) continue;
    const source = await readFile(join(root, file), 'utf8');
    for (const [, className] of source.matchAll(/export class (\w+(?:WS|WebSocket)) /g)) {
      found.push(`${file.replace(/\.mjs$/, '')} ${className}`);
    }
  }
  return found;
}
