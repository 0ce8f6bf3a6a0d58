// The customers that are loaded: the newest page again and again, further ones when somebody scrolls there.

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError, get } from "../api/client";
import type { LeadPage, LeadRow } from "../api/types";
import { usePoll } from "./poll";

const POLL_S = 15;
const NEWEST = 50;
const FURTHER = 100;
// So many are loaded without scrolling, so that who needs a person is not missed behind who wrote later.
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
}

export function needsPerson(row: LeadRow, now = Date.now()): boolean {
  if (row.mode === "human") return true;
  return row.waiting > 0 && row.last_interaction_at != null && now - Date.parse(row.last_interaction_at) > PATIENCE_MS;
}

// Who needs a person first, then by the last interaction.
export function sorted(rows: Iterable<LeadRow>): { rows: LeadRow[]; needing: number } {
  const now = Date.now();
  const keyed = [...rows].map((row) => ({ row, needs: needsPerson(row, now), at: row.last_interaction_at ?? "" }));
  keyed.sort((a, b) => Number(b.needs) - Number(a.needs) || (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return { rows: keyed.map(({ row }) => row), needing: keyed.filter(({ needs }) => needs).length };
}

export function useLeads(): Loaded {
  const newest = usePoll<LeadPage>(`/leads?limit=${NEWEST}`, POLL_S);
  const [known, know] = useState<ReadonlyMap<string, LeadRow>>(new Map());
  const next = useRef<string | null | undefined>(undefined);
  const busy = useRef(false);
  const [loading, setLoading] = useState(false);
  const take = useCallback((rows: LeadRow[]) => {
    know((was) => {
      const all = new Map(was);
      for (const row of rows) all.set(row.lead, row);
      return all;
    });
  }, []);
  const further = useCallback(async () => {
    if (busy.current || !next.current) return;
    busy.current = true;
    setLoading(true);
    try {
      const page = await get<LeadPage>(`/leads?limit=${FURTHER}&cursor=${encodeURIComponent(next.current)}`);
      next.current = page.data.next ?? null;
      take(page.data.leads);
    } catch (error) {
      // The next scroll tries again; what is in the way is said above everything.
      if (!(error instanceof ApiError)) throw error;
    } finally {
      busy.current = false;
      setLoading(false);
    }
  }, [take]);
  useEffect(() => {
    if (!newest.answer) return;
    take(newest.answer.data.leads);
    if (next.current === undefined) next.current = newest.answer.data.next ?? null;
  }, [newest.answer, take]);
  useEffect(() => {
    if (known.size > 0 && known.size < AT_ONCE) void further();
  }, [known, further]);
  const order = useMemo(() => sorted(known.values()), [known]);
  return {
    ...order,
    more: Boolean(next.current),
    loading: loading || (newest.answer === null && newest.error === null),
    error: newest.answer ? null : newest.error,
    again: newest.again,
    further: () => void further(),
  };
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
