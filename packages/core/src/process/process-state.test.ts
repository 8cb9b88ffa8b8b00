import { execFileSync } from 'node:child_process';

import { afterEach, expect, test } from 'vitest';

import { processState } from './process-state.ts';

const key = Symbol.for('userspan.test-state.1');

afterEach(() => {
  Reflect.deleteProperty(globalThis, key);
});

test('creates the state once, as a non-enumerable property of the global object', () => {
  const first = processState(key, () => ({ count: 1 }));
  expect(processState(key, () => ({ count: 2 }))).toBe(first);
  expect(Object.getOwnPropertyDescriptor(globalThis, key)).toMatchObject({ enumerable: false, value: first });
});

test('keeps the state if the global object cannot be extended', () => {
  const file = new URL('../../dist/process/process-state.js', import.meta.url);
  const script = `
    import { processState } from ${JSON.stringify(file.href)};
    Object.preventExtensions(globalThis);
    const first = processState(Symbol.for('x'), () => ({}));
    console.log(first === processState(Symbol.for('x'), () => ({})));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(output.trim()).toBe('true');
});
