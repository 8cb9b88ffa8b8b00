import { exampleOf } from '../example-of-schema.ts';
import { objectOf, stringOf } from '../http/json.ts';
import type { Scenario } from '../scenario.ts';

/** A tool that the caller offers. */
export interface OfferedTool {
  readonly name: string;
  readonly parameters: unknown;
}

/** A tool that the model wants called. */
export interface ChosenCall {
  readonly name: string;
  readonly arguments: string;
}

/**
 * Which tools the model calls: those of the scenario; else, as long as no tool has answered yet, the tools that the
 * prompt names, or the first one. `tool_choice` is obeyed.
 */
export function chooseCalls(options: {
  scenario: Scenario;
  offered: readonly OfferedTool[];
  choice: unknown;
  hasToolAnswer: boolean;
  prompt: string;
}): readonly ChosenCall[] {
  const { scenario, offered, choice, hasToolAnswer, prompt } = options;
  if (hasToolAnswer || choice === 'none') return [];
  if (scenario.calls !== undefined) return scenario.calls;
  if (offered.length === 0 || scenario.text !== undefined) return [];
  const forced =
    stringOf(objectOf(choice)['name']) ?? stringOf(objectOf(objectOf(choice)['function'])['name']);
  const named = offered.filter(({ name }) =>
    forced === undefined ? prompt.includes(name) : name === forced,
  );
  const chosen = named.length > 0 ? named : offered.slice(0, 1);
  return chosen.map(({ name, parameters }) => ({
    name,
    arguments: JSON.stringify(exampleOf(parameters ?? { type: 'object' }, prompt)),
  }));
}
