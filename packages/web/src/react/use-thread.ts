import { useMemo, useState } from 'react';

import { openThread } from '../page.ts';
import { randomHex } from '../random-id.ts';
import type { Thread, ThreadOptions } from '../thread.ts';

/** A conversation with the lifetime of the component. Another `id` means another conversation. */
export function useThread(options: ThreadOptions = {}): Thread {
  const [ownId] = useState(() => randomHex(16));
  const id = options.id ?? ownId;
  const content = JSON.stringify({ ...options, id });
  return useMemo(() => openThread(JSON.parse(content) as ThreadOptions), [content]);
}
