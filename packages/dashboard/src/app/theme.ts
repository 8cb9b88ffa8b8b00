const key = 'userspan.theme';

export type Theme = 'light' | 'dark' | 'system';

/** Reads the chosen theme, which `public/theme.js` applies before the first paint. */
export function readTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** Changes the theme and stores it for the next visit. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  writeSetting(key, theme === 'system' ? undefined : theme);
}

/** Reads a setting; null if the browser forbids storage, in which case settings last until the page is closed. */
export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function writeSetting(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // See readSetting.
  }
}
