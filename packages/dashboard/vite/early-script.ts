import type { Plugin } from 'vite';

/**
 * Lets the chunk that holds `id` run as soon as it is there. As one of the page's many imports it would wait for the
 * last of them.
 */
export function earlyScript(id: string): Plugin {
  return {
    name: 'early-script',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const script = Object.values(bundle).find(
          (file) => file.type === 'chunk' && file.moduleIds.some((module) => module.endsWith(id)),
        );
        if (script === undefined) throw new Error(`${id} was not built`);
        return [
          {
            tag: 'script',
            attrs: { type: 'module', async: true, src: `/${script.fileName}` },
            injectTo: 'head-prepend',
          },
        ];
      },
    },
  };
}
