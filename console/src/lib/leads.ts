// The customers that are loaded: the newest page again and again, further ones when somebody scrolls there, and again while
// they are on the screen; and whoever needs a person.

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import type { LeadPage, LeadRow } from "../api/types";
import { LeadPages, NEWEST } from "./pages";
import { repeat, usePoll } from "./poll";

const POLL_S = 15;
// Who needs a person, wherever they stand: a page of them each time, and sooner until all were looked for once.
const SEEK_S = 30;
const FIRST_SEEK_S = 2;
// So many are loaded without scrolling.
const AT_ONCE = 150;
// The AI answers within seconds; who waits longer waits for a person.
const PATIENCE_MS = 120_000;

export interface Loaded {
  rows: LeadRow[];
  needing: number;
  more: boolean;
  loading: boolean;
  error: ApiError | null;
  again: () => Promise<void>;
  further: () => void;
  // Which of them are on the screen.
  see: (leads: readonly string[]) => void;
}

export function needsPerson(row: LeadRow, now = Date.now()): boolean {
  if (row.mode === "human") return true;
  return row.waiting > 0 && row.last_interaction_at != null && now - Date.parse(row.last_interaction_at) > PATIENCE_MS;
}

function count(rows: Iterable<LeadRow>): number {
  let needing = 0;
  for (const row of rows) if (needsPerson(row)) needing += 1;
  return needing;
}

// Who needs a person first, then by the last interaction. Ten thousand are sorted with every page that comes: no object is
// made for each of them.
export function sorted(rows: Iterable<LeadRow>): { rows: LeadRow[]; needing: number } {
  const now = Date.now();
  const [first, others]: [LeadRow[], LeadRow[]] = [[], []];
  for (const row of rows) (needsPerson(row, now) ? first : others).push(row);
  const at = (row: LeadRow): string => row.last_interaction_at ?? "";
  const newest = (a: LeadRow, b: LeadRow): number => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0);
  return { rows: first.sort(newest).concat(others.sort(newest)), needing: first.length };
}

export function useLeads(): Loaded {
  const newest = usePoll<LeadPage>(NEWEST, POLL_S);
  const [known, know] = useState<ReadonlyMap<string, LeadRow>>(new Map());
  const pages = useMemo(() => new LeadPages(know), []);
  const seen = useRef<readonly string[]>([]);
  const busy = useRef(false);
  const [loading, setLoading] = useState(false);
  const further = useCallback(async () => {
    if (busy.current || !pages.more) return;
    busy.current = true;
    setLoading(true);
    try {
      await quietly(() => pages.further());
    } finally {
      busy.current = false;
      setLoading(false);
    }
  }, [pages]);
  useEffect(() => {
    if (newest.answer) pages.takeNewest(newest.answer);
  }, [newest.answer, pages]);
  useEffect(() => {
    if (known.size > 0 && known.size < AT_ONCE) void further();
  }, [known, further]);
  const order = useMemo(() => sorted(known.values()), [known]);
  const needing = useRef(0);
  needing.current = order.needing;
  const freshen = useCallback(async () => {
    await quietly(() => pages.freshen(seen.current));
    // Somebody may only have waited: then nothing was read anew, and all the same they need a person by now.
    know((was) => (count(was.values()) === needing.current ? was : new Map(was)));
  }, [pages]);
  useEffect(() => repeat(freshen, POLL_S), [freshen]);
  const seek = useCallback(() => quietly(() => pages.seek()), [pages]);
  useEffect(() => repeat(seek, () => (pages.seeking ? FIRST_SEEK_S : SEEK_S)), [seek, pages]);
  const see = useCallback((leads: readonly string[]) => void (seen.current = leads), []);
  return {
    ...order,
    more: pages.more,
    loading: loading || (newest.answer === null && newest.error === null),
    error: newest.answer ? null : newest.error,
    again: newest.again,
    further: () => void further(),
    see,
  };
}

// The next scroll, or the next turn, tries again; what is in the way is said above everything.
async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

// A phone number is one as soon as it begins with +, or is nothing but digits. Without + it is one of the business's country:
// the API knows which.
export function searchPath(text: string): string | null {
  const wanted = text.trim();
  if (!wanted) return null;
  const digits = wanted.replace(/[\s()\-.]/g, "");
  if (/^\+?\d{6,}$/.test(digits)) return `/leads?phone=${encodeURIComponent(digits)}`;
  return `/leads?limit=50&name=${encodeURIComponent(wanted)}`;
}
