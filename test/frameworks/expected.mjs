// The cells that the table must have: every framework in every format and stage, or the reason why it has none.
import { cases } from './cases.mjs';

const NODES = ['20', '22', '24'];
const FORMATS = ['ESM', 'CommonJS', 'bundle'];
const STAGES = ['dev', 'production'];

/** The name of an app in the first column. */
export function subjectOf({ title, name, folder }) {
  return `[${title}](${folder ?? name})`;
}

/** Every row of the frameworks; throws where an app lacks a format or stage without a reason. */
export function expectedRows() {
  return cases.flatMap((example) => {
    const { ways, absent = {} } = example;
    const has = new Set(ways.flatMap(({ format, stage }) => [format, stage]));
    const unexplained = [...FORMATS, ...STAGES].filter(
      (what) => !has.has(what) && absent[what] === undefined,
    );
    if (unexplained.length > 0) {
      throw new Error(
        `${example.name} has no way with ${unexplained.join(', ')}: add one, or say why in \`absent\``,
      );
    }
    return ways.map(({ format, stage, nodes }) => ({
      subject: subjectOf(example),
      format,
      stage,
      runtimes: nodes ?? NODES,
    }));
  });
}
