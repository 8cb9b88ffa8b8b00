import { describe, expect, it } from 'vitest';
import { modelPrice, parseFeed } from '../feed.ts';
import { priceOf } from '../index.ts';
import type { PriceOptions } from '../index.ts';

const at = '2026-11-25T12:00:00Z';
const usage = { inputTokens: 1_000_000 };
const MISTRAL = 'mistral.mistral-large-2402-v1:0';
const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';

function input(
  baseUrl: string | undefined,
  model: string,
  prices?: PriceOptions,
  requestModel?: string,
): string {
  const cost = priceOf({ provider: 'aws.bedrock', baseUrl, model, requestModel, usage, at }, prices);
  return 'unpriced' in cost ? cost.unpriced : cost.exact;
}

describe('the region of the called host determines the price', () => {
  it.each([
    ['a region with a separate price', 'https://bedrock-runtime.eu-west-3.amazonaws.com', MISTRAL, '5.2'],
    ['a host name without a scheme, as in spans', 'bedrock-runtime.eu-west-3.amazonaws.com', MISTRAL, '5.2'],
    ['FIPS', 'bedrock-runtime-fips.us-east-1.amazonaws.com', MISTRAL, '4'],
    ['a VPC endpoint', 'vpce-0a1-b2c.bedrock-runtime.eu-west-3.vpce.amazonaws.com', MISTRAL, '5.2'],
    [
      'a region without a separate price: the default price',
      'bedrock-runtime.ap-southeast-2.amazonaws.com',
      MISTRAL,
      '4',
    ],
    ['no host: the default price', undefined, MISTRAL, '4'],
    ['a GovCloud region', 'bedrock-runtime.us-gov-west-1.amazonaws.com', HAIKU, '0.3'],
    [
      'a GovCloud region without a price',
      'bedrock-runtime.us-gov-west-1.amazonaws.com',
      MISTRAL,
      `aws has no price for the model "${MISTRAL}" in us-gov-west-1`,
    ],
    [
      "a regional inference profile: the price of the profile's region",
      'bedrock-runtime.eu-west-3.amazonaws.com',
      'eu.anthropic.claude-opus-5',
      '5.5',
    ],
    [
      'a global inference profile',
      'bedrock-runtime.eu-west-3.amazonaws.com',
      'global.anthropic.claude-opus-5',
      '5',
    ],
    [
      "an ARN, whose region takes precedence over the host's",
      'bedrock-runtime.us-east-1.amazonaws.com',
      `arn:aws:bedrock:eu-west-3::foundation-model/${MISTRAL}`,
      '5.2',
    ],
    // Above 272,000 tokens.
    ['bedrock-mantle', 'https://bedrock-mantle.us-east-1.api.aws/v1', 'openai.gpt-6-sol', '4.4'],
  ])('%s', (_name, baseUrl, model, expected) => {
    expect(input(baseUrl, model)).toBe(expected);
  });

  it('own prices and aliases use the name without a region', () => {
    const host = 'bedrock-runtime.eu-west-3.amazonaws.com';
    for (const name of [MISTRAL, MISTRAL.toUpperCase(), `aws:${MISTRAL}`, `Amazon-Bedrock:${MISTRAL}`])
      expect(input(host, MISTRAL, { models: { [name]: { input: 1 } } }), name).toBe('1');
    expect(input(host, MISTRAL, { models: { [`azure:${MISTRAL}`]: { input: 1 } } })).toBe('5.2');
    expect(input(host, 'ours', { aliases: { ours: MISTRAL } })).toBe('5.2');
    expect(input(host, '', { aliases: { ours: MISTRAL } }, 'ours')).toBe('5.2');
  });

  it('modelPrice returns the same price, and a feed can have prices by region', () => {
    const baseUrl = 'bedrock-runtime.eu-west-3.amazonaws.com';
    expect(modelPrice({ provider: 'aws', model: MISTRAL, baseUrl, at })?.units[0]?.usd).toBe(5.2);
    expect(modelPrice({ provider: 'aws', model: `eu-west-3/${MISTRAL}`, at })?.units[0]?.usd).toBe(5.2);
    const models = { 'aws:acme.new': { input: 1 }, 'aws:eu-west-3/acme.new': { input: 3 } };
    const feed = parseFeed(JSON.stringify({ models }), { day: '2026-11-28' });
    expect(input(baseUrl, 'acme.new', { feed })).toBe('3');
    expect(input('bedrock-runtime.eu-west-1.amazonaws.com', 'acme.new', { feed })).toBe('1');
  });

  it.each(['x'.repeat(3_000), '://', 'bedrock-runtime.<b>.amazonaws.com', 'bedrock-runtime..amazonaws.com'])(
    'an invalid host has the default price: %#',
    (baseUrl) => expect(input(baseUrl, MISTRAL)).toBe('4'),
  );
});
