// Another vendor's hook, for the modules that it lists.
import { register } from 'node:module';
import { Hook } from 'import-in-the-middle';

register('import-in-the-middle/hook.mjs', import.meta.url, { data: { include: ['express'] } });
// oxlint-disable-next-line no-new -- that is its interface
new Hook(['express'], () => {
  console.log('the hook saw express');
});
