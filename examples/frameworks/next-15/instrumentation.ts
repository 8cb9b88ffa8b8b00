// Next.js calls it once when the server starts. The condition has to enclose the import: Next.js leaves it out of the edge
// bundle by that.
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { register } = await import('@userspan/node');
    register();
  }
}
