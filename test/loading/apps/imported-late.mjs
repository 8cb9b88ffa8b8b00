// Static imports are loaded before any of them runs, which is too late for openai.
import '@userspan/node/auto';
import OpenAI from 'openai';
import { call } from './call.mjs';

await call(new OpenAI());
