import { describe, expect, it } from 'vitest';
import { left } from '../../testing/screened.ts';

const SECRET = 'the patient has a rare disease';

/** Attribute names without a rule. */
const UNKNOWN_NAMES = [
  'note',
  'crewai.task.notes',
  'gen_ai.agent.description',
  'tool.description',
  'my.app.state',
  'haystack.content_tracing.data',
  'helicone.request',
  'portkey.raw',
  'graph.state',
  'n'.repeat(300),
  'имя',
];

describe('an attribute with an unknown name, with content off', () => {
  it.each(UNKNOWN_NAMES)('removes free text from the unknown attribute %s', (name) => {
    const kept = { 'gen_ai.request.model': 'gpt-4o' };
    for (const value of [
      SECRET,
      'その患者は珍しい病気です',
      'x'.repeat(257),
      'two\u00a0words',
      `{"note":"${SECRET}`,
      `"${SECRET}"`,
      [SECRET],
      { other: SECRET },
      JSON.stringify({ other: { note: SECRET } }),
      JSON.stringify([SECRET]),
      new TextEncoder().encode(SECRET),
    ]) {
      const { onSpan, onEvent, onLog } = left({ ...kept, [name]: value });
      const text = JSON.stringify({ onSpan, onEvent, onLog });
      expect({ value, text, kept: onSpan['gen_ai.request.model'] }).toEqual({
        value,
        text: expect.not.stringMatching(/patient|病気|xxx{200}|words|112,97,116/) as unknown,
        kept: 'gpt-4o',
      });
    }
  });

  it.each(UNKNOWN_NAMES)('keeps an identifier or a number in %s', (name) => {
    for (const value of [
      'checkout-v2',
      'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5',
      '2026-11-29T20:00:00.000Z',
      'x'.repeat(256),
      '',
      12,
      0.5,
      true,
      ['eu', 'us'],
      { region: 'eu', tries: 2 },
      '{"region":"eu","tries":2}',
    ]) {
      const attributes = { [name]: value };
      expect(left(attributes)).toEqual({ onSpan: attributes, onEvent: attributes, onLog: attributes });
    }
  });
});
