// The console's own words. What customers and staff wrote is shown as it was written.

import { browser } from "../lib/storage";
import { Signal } from "../lib/signal";
import { en } from "./en";
import { he } from "./he";

export type Language = "en" | "he";
export type Key = keyof typeof en;

const words: Record<Language, Record<Key, string>> = { en, he };

function preferred(): Language {
  const chosen = browser.get("language");
  if (chosen === "en" || chosen === "he") return chosen;
  return navigator.languages.some((one) => /^(he|iw)\b/.test(one)) ? "he" : "en";
}

export const language = new Signal<Language>(preferred());

function apply(): void {
  document.documentElement.lang = language.value;
  document.documentElement.dir = language.value === "he" ? "rtl" : "ltr";
}

language.watch(apply);
apply();

export function choose(next: Language): void {
  browser.set("language", next);
  language.value = next;
}

// The language of the business, where nobody at this browser has chosen.
export function suggest(next: Language): void {
  if (browser.get("language") === null) language.value = next;
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return words[language.value][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

// The word for a value of the API; the value itself where there is none, for a newer API may know more.
export function word(kind: string, value: string): string {
  const key = `${kind}.${value}`;
  return key in words[language.value] ? t(key as Key) : value;
}
