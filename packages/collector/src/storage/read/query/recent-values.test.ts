import { expect, it } from 'vitest';

import { forClient, Unwanted } from '../../../runtime/wanted.ts';
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

it('computes a value again for a client that began to wait when it was given up for another', async () => {
  const values = new RecentValues<string>({ writes: 1 }, { max: 10, minSize: 0 });
  let giveUp: () => void = () => undefined;
  const wanted: boolean[] = [];
  let isThere = true;
  const first = forClient(
    () => isThere,
    () =>
      values.get('key', async (_, isWanted) => {
        await new Promise<void>((resolve) => {
          giveUp = resolve;
        });
        wanted.push(isWanted());
        throw new Unwanted();
      }),
  );
  const left = first.catch((error: unknown) => error);
  isThere = false;
  const second = forClient(
    () => true,
    () =>
      values.get('key', async (_, isWanted) => {
        wanted.push(isWanted());
        return { value: 'for the second', size: 1 };
      }),
  );
  giveUp();
  expect(await left).toBeInstanceOf(Unwanted);
  // The second client shared the first computation until then.
  expect([await second, wanted]).toEqual(['for the second', [true, true]]);
});
