/** Maximum number of waiting calls. Above it, the oldest is ended. */
const MAX_WAITING = 1000;
/** Paths of requests that change a job and return it. */
const ACTION = /\/(?:cancel|submit_tool_outputs|pause|resume)$/;

/** Calls whose answers are created in the background, by the path at which each is polled. */
export class WaitingCalls<T extends { close(): void }> {
  readonly #calls = new Map<string, T>();

  /** Keeps a call open until a request to `path` finds it complete. */
  add(path: string, call: T): void {
    this.#calls.delete(path);
    this.#calls.set(path, call);
    if (this.#calls.size <= MAX_WAITING) return;
    for (const oldest of this.#calls.values()) {
      oldest.close();
      return;
    }
  }

  /** The call that a request polls: `responses.retrieve(id)`, `responses.cancel(id)`, `videos.retrieve(id)`. */
  find(path: string | undefined, method?: string): T | undefined {
    if (this.#calls.size === 0 || path === undefined || method?.toLowerCase() === 'delete') return undefined;
    const query = path.indexOf('?');
    const plain = query === -1 ? path : path.slice(0, query);
    const found = this.#calls.get(plain) ?? this.#calls.get(plain.replace(ACTION, ''));
    return found ?? (plain.includes('%') ? this.#calls.get(decoded(plain).replace(ACTION, '')) : undefined);
  }

  /** Whether a request lists jobs, and calls are waiting for some of them: `fineTuning.jobs.list()`. */
  isListedAt(path: unknown, method = 'get'): path is string {
    if (this.#calls.size === 0 || typeof path !== 'string' || method.toLowerCase() !== 'get') return false;
    const folder = folderOf(path);
    for (const known of this.#calls.keys()) {
      if (known.startsWith(folder) && !known.includes('/', folder.length)) return true;
    }
    return false;
  }

  /** The call of one job of a list that was read at `path`. */
  findListed(path: string, id: string): T | undefined {
    return this.#calls.get(folderOf(path) + id);
  }

  /** Forgets a call that has ended. */
  remove(path: string): void {
    this.#calls.delete(path);
  }
}

function folderOf(path: string): string {
  const query = path.indexOf('?');
  return `${decoded(query === -1 ? path : path.slice(0, query))}/`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
