import type { Fields, JobCase, RecordedJob } from './job-case.ts';
import { body, MADE_AT } from './job-case.ts';

function video(status: string, more: Fields = {}): Fields {
  return {
    id: 'video_1',
    object: 'video',
    created_at: MADE_AT,
    model: 'sora-2',
    status,
    progress: 0,
    seconds: '8',
    size: '720x1280',
    error: null,
    ...more,
  };
}

const VIDEO_SPAN: RecordedJob = { name: 'video_generation sora-2', id: 'video_1', seconds: 8, usd: 0.8 };
const PROMPT = { prompt: 'A cat', model: 'sora-2' } as const;

function videoCase(name: string, last: Fields, span: RecordedJob): JobCase {
  return {
    name,
    since: 6,
    answers: [
      body(video('queued', { model: last['model'] ?? 'sora-2' })),
      body(video('in_progress')),
      body(last),
    ],
    async run({ videos }) {
      const made = await videos.create({ ...PROMPT, model: String(last['model']) });
      return [made, await videos.retrieve('video_1'), await videos.retrieve('video_1')];
    },
    spans: [span],
  };
}

/** Videos, which are billed by second and size when they are complete. */
export const VIDEO_CASES: readonly JobCase[] = [
  videoCase('video of 8 seconds', video('completed'), VIDEO_SPAN),
  videoCase('video of the larger model', video('completed', { model: 'sora-2-pro', seconds: '12' }), {
    ...VIDEO_SPAN,
    name: 'video_generation sora-2-pro',
    seconds: 12,
    usd: 3.6,
  }),
  videoCase(
    'video at a higher resolution',
    video('completed', { model: 'sora-2-pro', seconds: '12', size: '1024x1792' }),
    { ...VIDEO_SPAN, name: 'video_generation sora-2-pro', seconds: 12, usd: 6 },
  ),
  videoCase(
    'video of a size without a price',
    video('completed', { model: 'sora-2-pro', size: '1080x1920' }),
    {
      name: 'video_generation sora-2-pro',
      id: 'video_1',
      seconds: 8,
      unpriced: '1080x1920',
    },
  ),
  videoCase('video that failed', video('failed', { error: { code: 'moderation_blocked', message: 'x' } }), {
    name: 'video_generation sora-2',
    id: 'video_1',
    error: 'moderation_blocked',
  }),
  {
    name: 'video whose end a list shows',
    since: 6,
    answers: [
      body(video('queued')),
      body({ object: 'list', data: [video('completed')], has_more: false, first_id: null, last_id: null }),
    ],
    run: async ({ videos }) => [await videos.create(PROMPT), (await videos.list()).data],
    spans: [VIDEO_SPAN],
  },
  {
    name: 'remix of a video',
    since: 6,
    answers: [
      body(video('queued', { remixed_from_video_id: 'video_0' })),
      body(video('completed', { remixed_from_video_id: 'video_0' })),
    ],
    async run(client) {
      const made = await client.videos.remix('video_0', { prompt: 'A dog' });
      return [made, await client.videos.retrieve('video_1')];
    },
    spans: [{ ...VIDEO_SPAN, name: 'video_generation' }],
  },
];
