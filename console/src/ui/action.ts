// Something a person does: once at a time, and what came of it is said.

import { useCallback, useRef, useState } from "preact/hooks";
import { explain, say } from "./basics";

// Answers whether it went well.
export function useAction(): [boolean, (work: () => Promise<unknown>, done?: string) => Promise<boolean>] {
  const [busy, set] = useState(false);
  const running = useRef(false);
  const run = useCallback(async (work: () => Promise<unknown>, done?: string) => {
    if (running.current) return false;
    running.current = true;
    set(true);
    try {
      await work();
      if (done) say(done);
      return true;
    } catch (error) {
      say(explain(error), true);
      return false;
    } finally {
      running.current = false;
      set(false);
    }
  }, []);
  return [busy, run];
}
