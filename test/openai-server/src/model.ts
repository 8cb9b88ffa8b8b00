/** The dated model behind each alias: what answers names, as the real service does it. */
const SNAPSHOTS: Readonly<Record<string, string>> = {
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4.1': 'gpt-4.1-2025-04-14',
  'gpt-4.1-mini': 'gpt-4.1-mini-2025-04-14',
  'gpt-4.1-nano': 'gpt-4.1-nano-2025-04-14',
  'gpt-5': 'gpt-5-2025-08-07',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'gpt-5-nano': 'gpt-5-nano-2025-08-07',
  'gpt-5.1': 'gpt-5.1-2025-11-13',
  'gpt-5.2': 'gpt-5.2-2025-12-11',
  'gpt-5.4': 'gpt-5.4-2026-03-05',
  o1: 'o1-2024-12-17',
  o3: 'o3-2025-04-16',
  'o4-mini': 'o4-mini-2025-04-16',
  'gpt-3.5-turbo': 'gpt-3.5-turbo-0125',
  'gpt-4o-audio-preview': 'gpt-4o-audio-preview-2025-06-03',
};

/**
 * The model that answers when `asked` is asked for. On Azure that is a deployment with a name of its own: the model is
 * the alias inside it (`prod-gpt-4o-mini`). Other hosts have no aliases.
 */
export function snapshotOf(asked: string, host: string): string {
  if (host === 'openai') return SNAPSHOTS[asked] ?? asked;
  if (host !== 'azure') return asked;
  const inside = Object.keys(SNAPSHOTS).filter((alias) => asked.includes(alias));
  const longest = inside.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? asked : (SNAPSHOTS[longest] ?? asked);
}

/** Aliases and dated names, for the list of models. */
export function knownModels(): string[] {
  return Object.entries(SNAPSHOTS).flat();
}

/** Whether the service knows a model. All are known but those whose name says otherwise: `gpt-missing`, `no-such-model`. */
export function isKnown(model: string): boolean {
  return !/missing|no-such/.test(model);
}

/** Whether the model thinks before it answers. */
export function isReasoning(model: string): boolean {
  return /^(o\d|gpt-5)/.test(model);
}
