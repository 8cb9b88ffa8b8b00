// Another SDK of the code generator that creates `openai`, in a process without `openai`.
import Groq from 'groq-sdk';
import { call } from './call.mjs';

// The SDK adds /openai/v1 by itself.
await call(new Groq({ apiKey: 'k', baseURL: process.env.GROQ_URL.replace('/openai/v1', '') }));
