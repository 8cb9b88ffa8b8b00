import OpenAI from 'openai';

// OPENAI_API_KEY and OPENAI_BASE_URL come from the environment.
export const openai = new OpenAI();
