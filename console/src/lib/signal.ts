// A value that components read and are drawn anew for.

import { useEffect, useState } from "preact/hooks";

export class Signal<T> {
  private readonly watchers = new Set<() => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set value(next: T) {
    if (Object.is(next, this.current)) return;
    this.current = next;
    for (const watcher of [...this.watchers]) watcher();
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}

export function useSignal<T>(signal: Signal<T>): T {
  const [, draw] = useState(0);
  useEffect(() => signal.watch(() => draw((times) => times + 1)), [signal]);
  return signal.value;
}
