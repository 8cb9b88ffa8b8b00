import { register } from '@userspan/node';
import { afterAll } from 'vitest';

const userspan = register();
afterAll(() => userspan.flush());
