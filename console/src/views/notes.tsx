// Notes beside the profile: what people wrote can be changed, what a digest wrote is read.

import { useState } from "preact/hooks";
import { call, post } from "../api/client";
import type { Note } from "../api/types";
import type { Desk } from "../app";
import { t, word } from "../i18n";
import { useDraft } from "../lib/draft";
import { full } from "../lib/format";
import { useAction } from "../ui/action";
import { Button } from "../ui/basics";
import { Long } from "./timeline";

const MAX = 2000;

interface NotesProps {
  lead: string;
  notes: Note[];
  desk: Desk;
  refresh: () => Promise<void>;
}

export function Notes({ lead, notes, desk, refresh }: NotesProps) {
  const base = `/leads/${encodeURIComponent(lead)}/notes`;
  const acts = desk.me.role !== "viewer";
  // Summaries stand in the conversation, where they belong.
  const own = notes.filter((note) => note.kind === "note");
  return (
    <section class="notes" aria-labelledby="notes-title">
      <h3 id="notes-title">{t("notes.title")}</h3>
      {acts && <NewNote lead={lead} base={base} refresh={refresh} />}
      {own.length === 0 && <p class="none">{t("notes.none")}</p>}
      <ul>
        {own.map((note) => (
          <OneNote key={note.id} note={note} base={base} acts={acts} refresh={refresh} />
        ))}
      </ul>
    </section>
  );
}

function NewNote({ lead, base, refresh }: { lead: string; base: string; refresh: () => Promise<void> }) {
  const [text, write, clear] = useDraft(`note.${lead}`);
  const [busy, run] = useAction();
  const add = async (): Promise<void> => {
    if (!text.trim() || !(await run(() => post(base, { text }), t("notes.added")))) return;
    clear();
    await refresh();
  };
  return (
    <form
      class="new-note"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <textarea
        dir={text ? "auto" : undefined}
        rows={2}
        maxLength={MAX}
        aria-label={t("notes.label")}
        placeholder={t("notes.placeholder")}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void add();
        }}
      />
      {text.trim() && (
        <Button look="main" type="submit" disabled={busy}>
          {t("notes.add")}
        </Button>
      )}
    </form>
  );
}

function OneNote({ note, base, acts, refresh }: { note: Note; base: string; acts: boolean; refresh: () => Promise<void> }) {
  const place = `note-edit.${note.id}`;
  const [text, write, clear] = useDraft(place, note.text);
  const [way, go] = useState<"read" | "edit" | "delete">("read");
  const [busy, run] = useAction();
  const path = `${base}/${encodeURIComponent(note.id)}`;
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    if (!(await run(work))) return;
    clear();
    go("read");
    await refresh();
  };
  return (
    <li class="card one-note">
      {way === "edit" ? (
        <textarea dir="auto" rows={3} maxLength={MAX} aria-label={t("notes.editLabel")} value={text} onInput={(event) => write(event.currentTarget.value)} />
      ) : (
        <Long text={note.text} />
      )}
      <p class="meta">
        <span>{word("note", note.kind)}</span>
        <time dateTime={note.at}>{full(note.at)}</time>
      </p>
      {way === "delete" && <p role="alert">{t("notes.deleteSure")}</p>}
      {acts && way === "read" && (
        <div class="actions">
          <Button
            look="quiet"
            onClick={() => {
              write(note.text);
              go("edit");
            }}
          >
            {t("notes.edit")}
          </Button>
          <Button look="quiet" onClick={() => go("delete")}>
            {t("notes.delete")}
          </Button>
        </div>
      )}
      {way !== "read" && (
        <div class="actions">
          {way === "edit" ? (
            <Button look="main" disabled={busy || !text.trim()} onClick={() => void act(() => call("PATCH", path, { body: { text } }))}>
              {t("memory.save")}
            </Button>
          ) : (
            <Button look="danger" disabled={busy} onClick={() => void act(() => call("DELETE", path))}>
              {t("notes.delete")}
            </Button>
          )}
          <Button
            onClick={() => {
              clear();
              go("read");
            }}
          >
            {t("memory.cancel")}
          </Button>
        </div>
      )}
    </li>
  );
}
