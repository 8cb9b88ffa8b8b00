import { expect, it } from 'vitest';

import { RecentValues } from './recent-values.ts';
import type { Sized } from './recent-values.ts';

it('does not let a request wait for a value that is computed in the background, and keeps the value of the request', async () => {
  const ended: string[] = [];
  const values = new RecentValues<string>(
    { writes: 1 },
    { max: 10, minSize: 0, onEnd: (value) => ended.push(value) },
  );
  let finish: ((value: Sized<string>) => void) | undefined;
  const inBackground = new Promise<Sized<string>>((resolve) => {
    finish = resolve;
  });
  const make = (isBackground: boolean): Promise<Sized<string>> =>
    isBackground ? inBackground : Promise.resolve({ value: 'of the request', size: 1 });
  const refreshed = values.refresh('key', make);
  expect(await values.get('key', make)).toBe('of the request');
  finish?.({ value: 'of the background', size: 1 });
  await refreshed;
  expect([await values.get('key', make), ended]).toEqual(['of the request', ['of the background']]);
});
