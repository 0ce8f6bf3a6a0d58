// What a tab keeps. A browser may refuse to keep anything; then it lasts as long as the page does.

class Box {
  private readonly held = new Map<string, string>();

  constructor(private readonly store: () => Storage) {}

  get(key: string): string | null {
    try {
      return this.store().getItem(`zikaron.${key}`);
    } catch {
      return this.held.get(key) ?? null;
    }
  }

  set(key: string, value: string | null): void {
    try {
      if (value === null) this.store().removeItem(`zikaron.${key}`);
      else this.store().setItem(`zikaron.${key}`, value);
    } catch {
      if (value === null) this.held.delete(key);
      else this.held.set(key, value);
    }
  }

  clear(prefix: string): void {
    try {
      const store = this.store();
      for (const key of Object.keys(store)) if (key.startsWith(`zikaron.${prefix}`)) store.removeItem(key);
    } catch {
      for (const key of [...this.held.keys()]) if (key.startsWith(prefix)) this.held.delete(key);
    }
  }
}

// Ends with the tab: tokens, and what was typed and not sent.
export const tab = new Box(() => sessionStorage);
// Stays: language and colours, nothing of anybody.
export const browser = new Box(() => localStorage);
