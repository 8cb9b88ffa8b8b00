// Next.js calls this function once when the server starts. The import must be inside the condition, so that Next.js leaves
// it out of the edge bundle.
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { register } = await import('@userspan/node');
    register();
  }
}
