import { describe, expect, test } from 'vitest';

import { CHROMIUM, NO_CHROMIUM } from '../testing/chromium.ts';
import { pageUnderTest } from '../testing/page-under-test.ts';

describe.skipIf(CHROMIUM === undefined)(`threads in Chromium (else: ${NO_CHROMIUM})`, () => {
  const under = pageUnderTest();

  test('records messages, an event and feedback of a thread', async () => {
    const { page } = under;
    await under.init({ captureContent: true });
    const { threadId, messageId } = await page.evaluate(() => {
      userspan.identify('u1');
      const {
        id: threadId,
        trackMessage,
        trackEvent,
        trackFeedback,
      } = userspan.openThread({ tags: ['beta'] });
      const messageId = trackMessage({
        role: 'user',
        content: 'Hi',
        isRetry: true,
        tags: ['x'],
        extra: { a: 1 },
      });
      trackEvent('copied', { what: 'answer' });
      userspan.trackFeedback(messageId, { thumb: 'down', comment: 'no', score: 0.5 });
      trackFeedback({ thumb: 'up' });
      return { threadId, messageId };
    });
    const who = { 'user.id': 'u1', 'userspan.user_trust': 'claimed' };
    const thread = { 'session.id': threadId, 'gen_ai.conversation.id': threadId };
    const [, ...spans] = await under.arrived(5);
    expect(spans.map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      {
        name: 'userspan.message',
        attributes: {
          ...who,
          ...thread,
          'userspan.message.id': messageId,
          'userspan.message.role': 'user',
          'userspan.message.is_retry': true,
          'userspan.message.extra': '{"a":1}',
          'userspan.message.content': 'Hi',
          'userspan.tags': ['x', 'beta'],
        },
      },
      {
        name: 'userspan.event',
        attributes: {
          ...who,
          ...thread,
          'userspan.event.name': 'copied',
          'userspan.event.metadata': '{"what":"answer"}',
          'userspan.tags': ['beta'],
        },
      },
      {
        name: 'userspan.feedback',
        attributes: {
          ...who,
          'userspan.feedback.thumb': 'down',
          'userspan.feedback.comment': 'no',
          'userspan.feedback.score': 0.5,
          'userspan.feedback.target': 'message',
          'userspan.feedback.target_id': messageId,
        },
      },
      {
        name: 'userspan.feedback',
        attributes: {
          ...who,
          ...thread,
          'userspan.feedback.thumb': 'up',
          'userspan.feedback.target': 'thread',
          'userspan.feedback.target_id': threadId,
        },
      },
    ]);
    expect(messageId).toBe(`${spans[0]?.traceId}-${spans[0]?.spanId}`);
  });

  test('records the text of a message only with captureContent', async () => {
    const { page, site } = under;
    await under.init();
    await page.evaluate(() => userspan.trackMessage({ role: 'user', content: 'secret' }));
    await under.arrived(1);
    expect(JSON.stringify(site.visits)).not.toContain('secret');
  });
});
