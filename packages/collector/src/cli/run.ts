import { OptionsError } from '../options.ts';
import { serve } from './serve.ts';

/** Runs the command line and resolves to its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await serve(args);
  } catch (error) {
    if (error instanceof OptionsError) {
      process.stderr.write(`userspan: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}
