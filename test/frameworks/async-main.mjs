// Removes top-level await from a script, because CommonJS has none: `node async-main.mjs app.mjs main.mjs`. Moves the code
// after the imports into an async function and changes nothing else.
import { readFile, writeFile } from 'node:fs/promises';

const [, , from, to] = process.argv;
const source = await readFile(from, 'utf8');
const imports = [];
const rest = source.replaceAll(/^import\s(?:[\s\S]*?\sfrom\s)?['"][^'"]+['"];$/gm, (statement) => {
  imports.push(statement);
  return '';
});
await writeFile(to, `${imports.join('\n')}\n(async () => {\n${rest}\n})();\n`);
