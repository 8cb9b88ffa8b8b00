import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';

import * as userspan from './index.ts';
import { useIdentify, useThread, useUserspan } from './react.ts';
import packageJson from '../package.json' with { type: 'json' };
import { VERSION } from './version.ts';

test('all functions do nothing on a server', async () => {
  function Page() {
    useUserspan({ endpoint: 'https://userspan.example.com' });
    useIdentify('u1');
    return createElement('p', null, useThread({ id: 't1' }).id);
  }
  expect(renderToString(createElement(Page))).toBe('<p>t1</p>');
  expect(userspan.identify('u1')).toBe(false);
  expect(userspan.trackMessage({ id: 'm1', role: 'user' })).toBe('m1');
  expect(await userspan.init({ endpoint: '' }).flush()).toBe(true);
});

test('exports the version of the package', () => {
  expect(VERSION).toBe(packageJson.version);
});
