// Makes a script with top-level await one that CommonJS can hold: `node async-main.mjs app.mjs main.mjs`. What follows its
// imports moves into an async function; nothing else changes.
import { readFile, writeFile } from 'node:fs/promises';

const [, , from, to] = process.argv;
const source = await readFile(from, 'utf8');
const imports = [];
const rest = source.replaceAll(/^import\s(?:[\s\S]*?\sfrom\s)?['"][^'"]+['"];$/gm, (statement) => {
  imports.push(statement);
  return '';
});
await writeFile(to, `${imports.join('\n')}\n(async () => {\n${rest}\n})();\n`);
