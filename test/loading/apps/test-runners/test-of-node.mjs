import test from 'node:test';
import OpenAI from 'openai';
import { call } from '../call.mjs';

void test('a call', () => call(new OpenAI()));
