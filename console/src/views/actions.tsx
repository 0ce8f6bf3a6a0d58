// What is to be done for a customer at a time, and how it ended; only where the business has actions switched on.

import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, call, get, post } from "../api/client";
import type { Action, ActionPage } from "../api/types";
import type { Desk } from "../app";
import { t, word } from "../i18n";
import { useDraft } from "../lib/draft";
import { full } from "../lib/format";
import { useAction } from "../ui/action";
import { Button, Failed, Words } from "../ui/basics";

const MAX = 4096;
const PAGE = 50;
const KINDS = ["message", "call", "person"] as const;

// A time as the browser's own field writes it: on the clock of whoever sits before it, to the minute.
function local(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

export function Actions({ lead, desk, moment }: { lead: string; desk: Desk; moment: string | null }) {
  const base = `/leads/${encodeURIComponent(lead)}/actions`;
  const [{ actions, next, pages }, hold] = useState<Held>(nothing);
  const [error, fail] = useState<ApiError | null>(null);
  const [busy, run] = useAction();
  // How many pages are wanted, and which reading of them is the latest.
  const wanted = useRef(1);
  const latest = useRef(0);
  const acts = desk.me.role !== "viewer";
  const read = async (): Promise<void> => {
    const mine = (latest.current += 1);
    const found = await readPages(base, wanted.current);
    if (mine !== latest.current) return;
    hold(found);
    fail(null);
  };
  const load = async (): Promise<void> => {
    try {
      await read();
    } catch (told) {
      if (told instanceof ApiError) fail(told);
      else throw told;
    }
  };
  const more = async (): Promise<void> => {
    wanted.current = pages + 1;
    await read();
  };
  // What is done, and what a conversation leaves to be done, shows in the memory's own time.
  useEffect(() => void load(), [base, moment]);
  const waiting = actions.filter((action) => !action.ended);
  waiting.sort((a, b) => a.due_at.localeCompare(b.due_at));
  const ended = actions.filter((action) => action.ended);
  return (
    <section class="actions-list" aria-labelledby="actions-title">
      <h3 id="actions-title">{t("actions.title")}</h3>
      {acts && <NewAction lead={lead} base={base} refresh={load} />}
      {error && <Failed error={error} again={load} />}
      {pages > 0 && actions.length === 0 && <p class="none">{t("actions.none")}</p>}
      <ul>
        {[...waiting, ...ended].map((action) => (
          <OneAction key={action.id} action={action} base={base} acts={acts} refresh={load} />
        ))}
      </ul>
      {next && (
        <Button disabled={busy} onClick={() => void run(more)}>
          {t("actions.more")}
        </Button>
      )}
    </section>
  );
}

// As many pages of the list as were read.
interface Held {
  actions: Action[];
  next: string | null;
  pages: number;
}

const nothing: Held = { actions: [], next: null, pages: 0 };

// The list comes by when each was entered, so that one that waits may stand on any page.
async function readPages(base: string, wanted: number): Promise<Held> {
  const held: Held = { ...nothing, actions: [] };
  do {
    const cursor = held.next ? `&cursor=${encodeURIComponent(held.next)}` : "";
    const { data } = await get<ActionPage>(`${base}?limit=${PAGE}${cursor}`);
    held.actions.push(...data.actions);
    held.next = data.next ?? null;
    held.pages += 1;
  } while (held.next && held.pages < wanted);
  return held;
}

function NewAction({ lead, base, refresh }: { lead: string; base: string; refresh: () => Promise<void> }) {
  const [text, write, clear] = useDraft(`action.${lead}`);
  const [kind, choose] = useState<Action["kind"]>("message");
  const [at, setAt] = useState("");
  const [busy, run] = useAction();
  const due = at ? new Date(at) : null;
  const add = async (): Promise<void> => {
    if (!text.trim() || !due || !(await run(() => post(base, { kind, text, due_at: due.toISOString() }), t("actions.added")))) return;
    clear();
    setAt("");
    await refresh();
  };
  return (
    <form
      class="new-action"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <textarea
        dir={text ? "auto" : undefined}
        rows={2}
        maxLength={MAX}
        aria-label={t("actions.label")}
        placeholder={t("actions.placeholder")}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      {text.trim() && (
        <div class="new-action-how">
          <select aria-label={t("actions.kind")} value={kind} onChange={(event) => choose(event.currentTarget.value as Action["kind"])}>
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {word("action", one)}
              </option>
            ))}
          </select>
          <input type="datetime-local" aria-label={t("actions.when")} min={local(new Date())} value={at} onInput={(event) => setAt(event.currentTarget.value)} />
          <Button look="main" type="submit" disabled={busy || !due}>
            {t("actions.add")}
          </Button>
        </div>
      )}
    </form>
  );
}

function OneAction({ action, base, acts, refresh }: { action: Action; base: string; acts: boolean; refresh: () => Promise<void> }) {
  const [at, move] = useState<string | null>(null);
  const [busy, run] = useAction();
  const path = `${base}/${encodeURIComponent(action.id)}`;
  const act = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    if (await run(work, done)) move(null);
    // What was too late to change has ended: that is seen then.
    await refresh();
  };
  const { ended } = action;
  const time = ended?.at ?? action.next_at ?? action.due_at;
  return (
    <li class={ended ? "card one-action ended" : "card one-action"}>
      <p class="words">
        <Words text={action.text} />
      </p>
      {action.quote && (
        <blockquote>
          <Words text={action.quote} />
        </blockquote>
      )}
      <p class="meta">
        <span>{word("action", action.kind)}</span>
        {ended && <span>{word("end", ended.end)}</span>}
        {ended?.reason && <span>{word("why", ended.reason)}</span>}
        <time dateTime={time}>{full(time)}</time>
      </p>
      {acts && !ended && (
        <div class="actions">
          {at === null ? (
            <Button look="quiet" onClick={() => move(local(new Date(action.due_at)))}>
              {t("actions.move")}
            </Button>
          ) : (
            <>
              <input type="datetime-local" aria-label={t("actions.when")} value={at} onInput={(event) => move(event.currentTarget.value)} />
              <Button
                look="main"
                disabled={busy || !at}
                onClick={() => void act(() => call("PATCH", path, { body: { due_at: new Date(at).toISOString() } }), t("actions.moved"))}
              >
                {t("memory.save")}
              </Button>
              <Button onClick={() => move(null)}>{t("memory.cancel")}</Button>
            </>
          )}
          {at === null && (
            <Button look="quiet" disabled={busy} onClick={() => void act(() => call("DELETE", path), t("actions.cancelled"))}>
              {t("actions.cancel")}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
