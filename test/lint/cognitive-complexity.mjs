/**
 * An oxlint plugin with one rule: the cognitive complexity of a function, as SonarSource defines it
 * (https://www.sonarsource.com/resources/cognitive-complexity). A branch or a loop counts 1, and 1 more for each branch
 * or loop around it; `else`, and each run of the same logical operator, counts 1. A function inside another
 * counts by itself.
 */
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const LOOPS = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);
const NESTING = new Set([...LOOPS, 'SwitchStatement', 'ConditionalExpression', 'CatchClause']);
const NOT_CHILDREN = new Set([
  'parent',
  'range',
  'loc',
  'start',
  'end',
  'type',
  'typeAnnotation',
  'returnType',
]);

const rule = {
  meta: { schema: [{ type: 'object', properties: { max: { type: 'number' } } }] },
  create(context) {
    const { max } = context.options[0];
    return {
      Program(program) {
        for (const { node, complexity } of complexities(program)) {
          if (complexity <= max) continue;
          const message = `cognitive complexity is ${complexity}, and ${max} is the most: take the function apart into named steps`;
          context.report({ node: node.id ?? node, message });
        }
      },
    };
  },
};

export default { meta: { name: 'userspan' }, rules: { 'cognitive-complexity': rule } }; // oxlint-disable-line import/no-default-export -- oxlint loads it so

/** Every function of a program with its complexity. */
function* complexities(node) {
  if (FUNCTIONS.has(node.type)) yield { node, complexity: sumOf(childrenOf(node), 0) };
  for (const child of childrenOf(node)) yield* complexities(child);
}

function sumOf(nodes, nesting) {
  return nodes.reduce((sum, node) => sum + complexityOf(node, nesting), 0);
}

function complexityOf(node, nesting) {
  if (FUNCTIONS.has(node.type)) return 0;
  if (node.type === 'IfStatement') return 1 + nesting + ifComplexity(node, nesting);
  if (NESTING.has(node.type)) return 1 + nesting + sumOf(childrenOf(node), nesting + 1);
  return (addsOne(node) ? 1 : 0) + sumOf(childrenOf(node), nesting);
}

/** An `else if` is a branch of the same `if`: it adds 1, whatever the nesting. */
function ifComplexity({ test, consequent, alternate }, nesting) {
  const sum = sumOf([test], nesting) + sumOf([consequent], nesting + 1);
  if (!alternate) return sum;
  const isElseIf = alternate.type === 'IfStatement';
  return sum + 1 + (isElseIf ? ifComplexity(alternate, nesting) : sumOf([alternate], nesting + 1));
}

/** Of `a && b && c` only the outermost of the two operators counts; `??`, and `condition && <Element />`, do not. */
function addsOne({ type, label, operator, parent, right }) {
  if (type === 'LogicalExpression') {
    const isInRun = parent?.type === 'LogicalExpression' && parent.operator === operator;
    return operator !== '??' && !isInRun && !right.type.startsWith('JSX');
  }
  return (type === 'BreakStatement' || type === 'ContinueStatement') && Boolean(label);
}

function childrenOf(node) {
  return Object.entries(node)
    .filter(([key]) => !NOT_CHILDREN.has(key))
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === 'object' && value !== null && typeof value.type === 'string');
}
