// What somebody types is kept until it is sent, also over a sign-in that has to be repeated.

import { useCallback, useEffect, useState } from "preact/hooks";
import { tab } from "./storage";

export function useDraft(place: string, initial = ""): [string, (text: string) => void, () => void] {
  const key = `draft.${place}`;
  const [text, show] = useState(() => tab.get(key) ?? initial);
  useEffect(() => show(tab.get(key) ?? initial), [key]);
  const write = useCallback(
    (next: string) => {
      tab.set(key, next);
      show(next);
    },
    [key],
  );
  const clear = useCallback(() => {
    tab.set(key, null);
    show("");
  }, [key]);
  return [text, write, clear];
}

export function hasDraft(place: string): boolean {
  return tab.get(`draft.${place}`) !== null;
}

export function dropDrafts(): void {
  tab.clear("draft.");
}
