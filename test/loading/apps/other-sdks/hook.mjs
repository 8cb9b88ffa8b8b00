// Another vendor's hook for every module.
import { register } from 'node:module';
import { Hook } from 'import-in-the-middle';

register(`${process.env.HOOK}/hook.mjs`, import.meta.url);
// oxlint-disable-next-line no-new -- that is its interface
new Hook(['express'], () => {
  console.log('the hook saw express');
});
