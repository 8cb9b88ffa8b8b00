/** Maximum number of waiting calls; above that the oldest is given up. */
const MAX_WAITING = 1000;
/** Requests below the path of a job that change it and answer with it. */
const ACTION = /\/(?:cancel|submit_tool_outputs|pause|resume)$/;

/** Calls whose answers are made in the background, by the path that each is polled at. */
export class WaitingCalls<T extends { close(): void }> {
  readonly #calls = new Map<string, T>();

  /** Keeps a call open until a request to `path` finds it done. */
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

  /** Forgets a call that has ended. */
  remove(path: string): void {
    this.#calls.delete(path);
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
