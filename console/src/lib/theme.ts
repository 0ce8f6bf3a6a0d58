// Light or dark: as the system says, unless one has chosen.

import { Signal } from "./signal";
import { browser } from "./storage";

const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const theme = new Signal<Theme>(themes.find((one) => one === browser.get("theme")) ?? "auto");

export function applyTheme(): void {
  const chosen = theme.value;
  document.documentElement.style.colorScheme = chosen === "auto" ? "light dark" : chosen;
}

export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "auto";
  browser.set("theme", theme.value);
  applyTheme();
}
