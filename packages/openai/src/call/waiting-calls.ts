import { apiPathsOf } from '../endpoints/endpoint-of-request.ts';

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
    const found = this.#calls.get(path);
    if (found !== undefined) return found;
    for (const plain of apiPathsOf(decoded(path))) {
      const call = this.#calls.get(plain) ?? this.#calls.get(plain.replace(ACTION, ''));
      if (call !== undefined) return call;
    }
    return undefined;
  }

  /**
   * The folder of the jobs that a request lists, if calls are waiting for some of them: `/fine_tuning/jobs/` for
   * `fineTuning.jobs.list()`.
   */
  listedFolder(path: unknown, method = 'get'): string | undefined {
    if (this.#calls.size === 0 || typeof path !== 'string' || method.toLowerCase() !== 'get')
      return undefined;
    for (const plain of apiPathsOf(decoded(path))) {
      const folder = `${plain}/`;
      for (const known of this.#calls.keys()) {
        if (known.startsWith(folder) && !known.includes('/', folder.length)) return folder;
      }
    }
    return undefined;
  }

  /** The call of one job of a list. */
  findListed(folder: string, id: string): T | undefined {
    return this.#calls.get(folder + id);
  }

  /** Forgets a call that has ended. */
  remove(path: string): void {
    this.#calls.delete(path);
  }
}

function decoded(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
