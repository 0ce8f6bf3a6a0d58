// Everything of one customer that goes on in time: messages, calls, notes, in one line.

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError, get } from "../api/client";
import type { Call, CallPage, Memory, Message, MessagePage, Note, NotePage } from "../api/types";
import { type Polled, usePoll } from "./poll";

const POLL_S = 5;
const PAGE = 50;
// A message's way to the customer changes without the customer's memory changing.
const ON_ITS_WAY = new Set(["waiting", "sending", "failed", "unknown"]);

export type Entry =
  | { kind: "message"; at: string; id: string; message: Message }
  | { kind: "call"; at: string; id: string; call: Call }
  | { kind: "note"; at: string; id: string; note: Note };

export interface Conversation {
  memory: Polled<Memory>;
  entries: Entry[];
  notes: Note[];
  loaded: boolean;
  earlier: (() => Promise<void>) | null;
  refresh: () => Promise<void>;
  error: ApiError | null;
}

interface Held {
  messages: ReadonlyMap<string, Message>;
  calls: Call[];
  notes: Note[];
  next: string | null | undefined;
}

const nothing: Held = { messages: new Map(), calls: [], notes: [], next: undefined };

export function useConversation(lead: string): Conversation {
  const base = `/leads/${encodeURIComponent(lead)}`;
  const memory = usePoll<Memory>(base, POLL_S);
  const [held, hold] = useState<Held>(nothing);
  const [error, fail] = useState<ApiError | null>(null);
  const refresh = useCallback(async () => {
    try {
      const [messages, calls, notes] = await Promise.all([
        get<MessagePage>(`${base}/messages?limit=${PAGE}`),
        get<CallPage>(`${base}/calls?limit=20`),
        get<NotePage>(`${base}/notes?limit=50`),
      ]);
      const { messages: newest, next } = messages.data;
      hold((was) => ({
        messages: merged(was.messages, newest),
        calls: calls.data.calls,
        notes: notes.data.notes,
        next: was.next === undefined ? (next ?? null) : was.next,
      }));
      fail(null);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      fail(failure);
    }
  }, [base]);
  useStirred(memory, held, refresh);
  const earlier = useCallback(async () => {
    if (!held.next) return;
    const page = await get<MessagePage>(`${base}/messages?limit=${PAGE}&cursor=${encodeURIComponent(held.next)}`);
    hold((was) => ({ ...was, messages: merged(was.messages, page.data.messages), next: page.data.next ?? null }));
  }, [base, held.next]);
  const entries = useMemo(() => inLine(held), [held]);
  const loaded = held.next !== undefined;
  return { memory, entries, notes: held.notes, loaded, earlier: held.next ? earlier : null, refresh, error };
}

// The conversation is read anew when the customer's document says that something happened, and while something is on
// its way; the document alone is one small answer.
function useStirred(memory: Polled<Memory>, held: Held, refresh: () => Promise<void>): void {
  const seen = useRef<string | null>(null);
  const moving = useRef(0);
  useEffect(() => {
    const { data, tag } = memory.answer ?? {};
    if (!data) return;
    const { last_interaction_at, waiting, mode, session } = data;
    const now = JSON.stringify([tag, last_interaction_at, waiting, mode, session]);
    const newest = [...held.messages.values()].slice(-10);
    const onItsWay = newest.some(({ sending }) => sending && ON_ITS_WAY.has(sending));
    // What may have been sent can stay so for ten minutes: it is asked for a minute long.
    moving.current = onItsWay ? moving.current + 1 : 0;
    if (now === seen.current && !(onItsWay && moving.current < 12)) return;
    seen.current = now;
    void refresh();
  }, [memory.answer]);
}

function merged(was: ReadonlyMap<string, Message>, found: Message[]): ReadonlyMap<string, Message> {
  const all = new Map(was);
  for (const message of found) all.set(message.id, message);
  return new Map([...all].sort(([, a], [, b]) => a.at.localeCompare(b.at) || 0));
}

function inLine({ messages, calls, notes, next }: Held): Entry[] {
  const all: Entry[] = [];
  // Edits, revocations and reactions stand at the message they change.
  for (const message of messages.values()) {
    if (!message.amends) all.push({ kind: "message", at: message.at, id: message.id, message });
  }
  const oldest = all[0]?.at ?? "";
  // What is older than the messages that are loaded comes with them.
  const isNear = (at: string): boolean => !next || at >= oldest;
  for (const call of calls) if (isNear(call.started_at)) all.push({ kind: "call", at: call.started_at, id: call.id, call });
  for (const note of notes) if (isNear(note.at)) all.push({ kind: "note", at: note.at, id: note.id, note });
  return all.sort((a, b) => a.at.localeCompare(b.at));
}
