// The only file of this package that reads environment variables.

/** The `USERSPAN_*` variables that are set. An empty one is unset. */
export function readEnvironment(): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (name.startsWith('USERSPAN_') && value !== undefined && value !== '') {
      variables[name] = value;
    }
  }
  return variables;
}

/** Variables with the user's directory for application data, by platform. An empty variable is unset. */
export function readDataHomes(): Readonly<Record<'XDG_DATA_HOME' | 'LOCALAPPDATA', string | undefined>> {
  const { XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  return {
    XDG_DATA_HOME: XDG_DATA_HOME === '' ? undefined : XDG_DATA_HOME,
    LOCALAPPDATA: LOCALAPPDATA === '' ? undefined : LOCALAPPDATA,
  };
}
