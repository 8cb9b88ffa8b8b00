/** The `USERSPAN_*` variables that are set. An empty one is unset. The only file of this package that reads them. */
export function readEnvironment(): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (name.startsWith('USERSPAN_') && value !== undefined && value !== '') {
      variables[name] = value;
    }
  }
  return variables;
}
