// Running a collector inside another process.
export { startCollector } from './main.ts';
export { OptionsError, resolveOptions } from './config/options.ts';
export type { Collector } from './main.ts';
export type { CollectorOptions, ForwardOptions, SettingValues } from './config/options.ts';
