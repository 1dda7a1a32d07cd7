import { isLanguage } from './languages.ts';

// What belongs to this device rather than to the account, kept where it can be read before the first paint.
const themeKey = 'ngoma.theme';
const languageKey = 'ngoma.language';

export type Theme = 'system' | 'light' | 'dark';

export function storedTheme(): Theme {
  const stored = read(themeKey);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') {
    delete document.documentElement.dataset.theme;
    write(themeKey, null);
  } else {
    document.documentElement.dataset.theme = theme;
    write(themeKey, theme);
  }
}

export function isDark(): boolean {
  const theme = storedTheme();
  return theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}

export function storedLanguage(): string {
  const wanted = [read(languageKey), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((code): code is string => code !== null && isLanguage(code)) ?? 'en';
}

export function storeLanguage(code: string): void {
  write(languageKey, code);
}

/** The reader's own regional variant of a language, for dates and numbers: `fr-CD` rather than `fr`. */
export function localeOf(language: string): string {
  return (
    navigator.languages.find((tag) => tag === language || tag.startsWith(`${language}-`)) ??
    language
  );
}

export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Storage may be refused in a private window; the app then forgets, and works. */
export function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // see read
  }
}
