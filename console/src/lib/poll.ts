// Asks again and again, but only while somebody looks.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Answer, ApiError, get } from "../api/client";
import { expired } from "./auth";

export interface Polled<T> {
  answer: Answer<T> | null;
  error: ApiError | null;
  again: () => Promise<void>;
  put: (answer: Answer<T>) => void;
}

// No path: nothing is asked. What a former path answered is not shown for the next one.
export function usePoll<T>(path: string | null, seconds: number): Polled<T> {
  const [held, hold] = useState<{ path: string | null; answer: Answer<T> | null; error: ApiError | null }>({
    path,
    answer: null,
    error: null,
  });
  const current = useRef(path);
  current.current = path;
  const again = useCallback(async () => {
    if (path === null) return;
    try {
      const answer = await get<T>(path);
      if (current.current !== path) return;
      hold((was) => (was.path === path && was.answer === answer && !was.error ? was : { path, answer, error: null }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (current.current === path) hold((was) => ({ path, answer: was.path === path ? was.answer : null, error }));
    }
  }, [path]);
  useEffect(() => repeat(again, seconds), [again, seconds]);
  const put = useCallback((answer: Answer<T>) => hold({ path, answer, error: null }), [path]);
  const mine = held.path === path;
  return { answer: mine ? held.answer : null, error: mine ? held.error : null, again, put };
}

// The seconds to the next turn may depend on the last one.
export function repeat(work: () => Promise<void>, seconds: number | (() => number)): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const round = async (): Promise<void> => {
    clearTimeout(timer);
    if (ended) return;
    if (document.visibilityState === "visible" && !expired.value) await work();
    const wait = typeof seconds === "number" ? seconds : seconds();
    if (!ended) timer = setTimeout(() => void round(), wait * 1000);
  };
  const seen = (): void => {
    if (document.visibilityState === "visible") void round();
  };
  void round();
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", seen);
  return () => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("online", seen);
  };
}
