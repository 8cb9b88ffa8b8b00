import OpenAI from 'openai';
import { call } from './call.mjs';

await call(new OpenAI());
