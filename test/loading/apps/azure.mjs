import { AzureOpenAI } from 'openai/azure';
import { call } from './call.mjs';

await call(
  new AzureOpenAI({ apiVersion: '2024-10-21', baseURL: `${process.env.AZURE_URL}/openai`, apiKey: 'k' }),
);
