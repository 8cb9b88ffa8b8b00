import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { OpenAIModule } from './majors.ts';

/** Paths of methods whose source does not show the path: someone has to look at them. */
export const UNREADABLE_PATH = 'a path that the method does not show';
export const GIVEN_PATH = 'a path of the function to which the method gives the client';

/** A method of a client whose request may be billed: `beta.threads.runs.create`, `/threads/{}/runs`. */
export interface SendingMethod {
  readonly name: string;
  readonly path: string;
}

const SENT = /\.\s*(?:post|put|patch)\(\s*(?:\(0, \w+\.path\)|path)?\s*(['"`])([^'"`]+)\1/g;
/** Every place of a method that sends, also one whose path is not written there. */
const SENDING =
  /\.\s*(?:post|put|patch|request|methodRequest|makeRequest)\s*\(|method:\s*['"](?:post|put|patch)/gi;
/** A method that gives the client to another function, which may send. */
const GIVEN = /[\w.]\(\s*this\._client\s*,/;
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
      for (const path of pathsIn(source)) found.push({ name: prefix + name, path });
    }
    prototype = Object.getPrototypeOf(prototype) as object;
  }
}

function pathsIn(source: string): readonly string[] {
  const lists = /method:\s*['"]post['"]/.test(source) ? [...source.matchAll(LISTED)] : [];
  const paths = [...source.matchAll(SENT), ...lists].map((match) => plainPath(match[2] ?? ''));
  if ([...source.matchAll(SENDING)].length > paths.length) return [...paths, UNREADABLE_PATH];
  return paths.length === 0 && GIVEN.test(source) ? [GIVEN_PATH] : paths;
}

function plainPath(template: string): string {
  return template.replaceAll(/\$\{[^}]*\}/g, '{}').replace(/\?.*/, '');
}

/** The folder of an installed package. */
export function folderOf(name: string): string {
  return fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url));
}

/** Every class of a package's folder that uses a WebSocket, found in its files: `realtime/ws OpenAIRealtimeWS`. */
export async function socketClassesOf(root: string): Promise<string[]> {
  const files = await readdir(root, { recursive: true });
  const found: string[] = [];
  for (const file of files) {
    // The folder contains adapters to the platform's WebSocket.
    if (!file.endsWith('.mjs') || /^(?:src|internal|_vendor)\//.test(file)) continue;
    const source = await readFile(join(root, file), 'utf8');
    const opens = /WebSocket\(|from ['"]ws['"]/.test(source);
    for (const [, className = ''] of source.matchAll(/export class (\w+) /g)) {
      if (opens || /(?:WS|WebSocket)$/.test(className))
        found.push(`${file.replace(/\.mjs$/, '')} ${className}`);
    }
  }
  return found;
}
