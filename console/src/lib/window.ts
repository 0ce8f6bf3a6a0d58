// Which part of a long list is drawn: what is seen, and a little above and below.

import { useEffect, useMemo, useState } from "preact/hooks";
import type { RefObject } from "preact";

const BEYOND = 400;

export interface Shown {
  from: number;
  to: number;
  tops: Float64Array;
  height: number;
}

// The first place whose end lies behind `at`.
function find(tops: Float64Array, at: number): number {
  let [low, high] = [0, tops.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle + 1] ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function useWindow(scroller: RefObject<HTMLElement | null>, heights: readonly number[]): Shown {
  const [[top, seen], look] = useState<[number, number]>([0, 800]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let asked = 0;
    const read = (): void => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => look([element.scrollTop, element.clientHeight]));
    };
    read();
    element.addEventListener("scroll", read, { passive: true });
    const sizes = new ResizeObserver(read);
    sizes.observe(element);
    return () => {
      cancelAnimationFrame(asked);
      element.removeEventListener("scroll", read);
      sizes.disconnect();
    };
  }, [scroller]);
  const tops = useMemo(() => {
    const all = new Float64Array(heights.length + 1);
    heights.forEach((height, place) => (all[place + 1] = (all[place] ?? 0) + height));
    return all;
  }, [heights]);
  const from = find(tops, Math.max(0, top - BEYOND));
  const to = Math.min(heights.length, find(tops, top + seen + BEYOND) + 1);
  return { from, to, tops, height: tops[heights.length] ?? 0 };
}
