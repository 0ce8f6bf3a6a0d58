// One value of the profile: what stands, how sure it is, what it was, and what a person may do with it.

import { useState } from "preact/hooks";
import { ApiError, call, get, post } from "../api/client";
import type { Field, Memory, Suggestion } from "../api/types";
import type { Desk } from "../app";
import { t, word } from "../i18n";
import { hasDraft, useDraft } from "../lib/draft";
import { ago, full, number } from "../lib/format";
import type { Polled } from "../lib/poll";
import { useAction } from "../ui/action";
import { Button, Words } from "../ui/basics";
import { Whence } from "./origin";

interface FieldProps {
  lead: string;
  name: string;
  label: string;
  field: Field | undefined;
  tag: string | null;
  desk: Desk;
  memory: Polled<Memory>;
  find: (message: string) => void;
}

export function FieldCard(props: FieldProps) {
  const { lead, name, label, field, tag, desk, memory, find } = props;
  const place = `field.${lead}.${name}`;
  const [edits, edit] = useState(() => hasDraft(place));
  const [asks, ask] = useState(false);
  const [busy, run] = useAction();
  const acts = desk.me.role !== "viewer";
  const value = field?.value ?? null;
  const put = (body: Record<string, string | null>, done: string, ifMatch: string | null = null): Promise<boolean> => {
    const path = `/leads/${encodeURIComponent(lead)}/profile`;
    return run(async () => memory.put(await call<Memory>("PATCH", path, { body, ifMatch })), done);
  };
  const remove = async (): Promise<void> => {
    if (await put({ [name]: null }, t("memory.removed"))) ask(false);
  };
  return (
    <li class={value === null ? "field card unknown" : "field card"} data-field={name}>
      <h4>
        <Words text={label} />
      </h4>
      {!edits && <Standing field={field} />}
      {edits && <Correct {...props} place={place} done={() => edit(false)} />}
      {value !== null && !edits && <Whence key={field?.updated_at} lead={lead} name={name} label={label} value={value} find={find} />}
      {acts && !edits && !asks && (
        <div class="actions">
          {value !== null && isOld(field) && (
            <Button disabled={busy} aria-label={`${t("memory.stillRight")}: ${label}`} onClick={() => void put({ [name]: value }, t("memory.confirmed"), tag)}>
              {t("memory.stillRight")}
            </Button>
          )}
          <Button look="quiet" aria-label={`${t(value === null ? "memory.add" : "memory.correct")}: ${label}`} onClick={() => edit(true)}>
            {t(value === null ? "memory.add" : "memory.correct")}
          </Button>
          {value !== null && (
            <Button look="quiet" aria-label={`${t("memory.delete")}: ${label}`} onClick={() => ask(true)}>
              {t("memory.delete")}
            </Button>
          )}
        </div>
      )}
      {asks && (
        <div class="sure" role="group" aria-label={t("memory.deleteSure")}>
          <p>{t("memory.deleteSure")}</p>
          <Button look="danger" disabled={busy} onClick={() => void remove()}>
            {t("memory.delete")}
          </Button>
          <Button onClick={() => ask(false)}>{t("memory.cancel")}</Button>
        </div>
      )}
      {field?.suggestions?.map((one) => (
        <Suggested key={`${one.value} ${one.at}`} lead={lead} name={name} one={one} acts={acts} memory={memory} />
      ))}
    </li>
  );
}

const isOld = (field: Field | undefined): boolean => field?.state === "stale" || field?.state === "over";

function Standing({ field }: { field: Field | undefined }) {
  if (!field || (field.value === null && field.source !== "manual")) return <p class="none">{t("memory.unknown")}</p>;
  return (
    <>
      {field.value == null ? <p class="none">{t("memory.deleted")}</p> : <Words class="value" text={field.value} />}
      <p class="meta">
        <span>{word("source", field.source)}</span>
        {field.value != null && (
          <span class={`confidence ${field.confidence}`}>
            <i aria-hidden="true" />
            {word("confidence", field.confidence)}
          </span>
        )}
        {field.transcribed && <span>{t("memory.transcribed")}</span>}
        <time dateTime={field.updated_at} title={full(field.updated_at)}>
          {ago(field.updated_at)}
        </time>
      </p>
      {isOld(field) && <p class="badge old">{t(field.state === "over" ? "memory.over" : "memory.stale", { n: number(field.age_days ?? 0) })}</p>}
      {field.previous_value && (
        <p class="previous">
          <bdi dir="auto">{t("memory.was", { value: isolated(field.previous_value) })}</bdi>
        </p>
      )}
    </>
  );
}

// A value inside a sentence of ours, in its own direction.
export const isolated = (value: string): string => `\u2068${value}\u2069`;

function Correct({ lead, name, label, field, tag, memory, place, done }: FieldProps & { place: string; done: () => void }) {
  const [text, write, clear] = useDraft(place, field?.value ?? "");
  // What stood there, and its version, when the writing began.
  const [begun] = useState({ value: field?.value ?? null, tag });
  const [theirs, setTheirs] = useState<{ value: string; tag: string | null } | null>(null);
  const [busy, run] = useAction();
  const base = `/leads/${encodeURIComponent(lead)}`;
  const end = (): void => {
    clear();
    done();
  };
  const put = async (ifMatch: string | null): Promise<void> =>
    memory.put(await call<Memory>("PATCH", `${base}/profile`, { body: { [name]: text }, ifMatch }));
  // Another part of the memory may have moved: only where this very value did, a person has to choose.
  const save = async (ifMatch: string | null, tries = 3): Promise<void> => {
    try {
      await put(ifMatch);
      end();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412 || tries === 0) throw error;
      const now = await get<Memory>(base);
      const stands = now.data.customer_profile_json[name]?.value ?? null;
      if (stands === begun.value) return save(now.tag, tries - 1);
      setTheirs({ value: stands ?? "", tag: now.tag });
    }
  };
  const submit = (ifMatch: string | null) => void run(() => save(ifMatch));
  if (theirs) {
    return (
      <div class="conflict" role="alert">
        <p>{t("memory.changed", { theirs: isolated(theirs.value || t("memory.unknown")), mine: isolated(text) })}</p>
        <Button onClick={() => void memory.again().then(end)}>{t("memory.keepTheirs")}</Button>
        <Button look="main" disabled={busy} onClick={() => void run(() => put(theirs.tag).then(end), t("memory.saved"))}>
          {t("memory.saveMine")}
        </Button>
      </div>
    );
  }
  return (
    <form
      class="correct"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) submit(begun.tag);
      }}
      onKeyDown={(event) => event.key === "Escape" && end()}
    >
      <textarea
        ref={start}
        dir="auto"
        rows={2}
        aria-label={t("memory.value", { field: label })}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      <Button look="main" type="submit" disabled={busy || !text.trim()}>
        {t("memory.save")}
      </Button>
      <Button onClick={end}>{t("memory.cancel")}</Button>
    </form>
  );
}

function start(box: HTMLTextAreaElement | null): void {
  if (!box || box.dataset.begun !== undefined) return;
  box.dataset.begun = "";
  box.focus();
  box.select();
}

interface SuggestedProps {
  lead: string;
  name: string;
  one: Suggestion;
  acts: boolean;
  memory: Polled<Memory>;
}

function Suggested({ lead, name, one, acts, memory }: SuggestedProps) {
  const [busy, run] = useAction();
  const value = one.value ?? null;
  const answer = (what: "accept" | "dismiss", done: string) => () => {
    const path = `/leads/${encodeURIComponent(lead)}/suggestions/${what}`;
    void run(async () => memory.put(await post<Memory>(path, { field: name, value })), done);
  };
  const shown = value ?? t("memory.takesBack");
  return (
    <div class="suggestion">
      <p>
        <span class="badge waits">{t("memory.suggests")}</span> <Words class="value" text={shown} />
      </p>
      <p class="meta">
        <span>{word("source", one.source)}</span>
        <span class={`confidence ${one.confidence}`}>
          <i aria-hidden="true" />
          {word("confidence", one.confidence)}
        </span>
        <time dateTime={one.at} title={full(one.at)}>
          {ago(one.at)}
        </time>
        <span>{word("reason", one.reason)}</span>
      </p>
      {acts && (
        <div class="actions">
          <Button disabled={busy} aria-label={`${t("memory.accept")}: ${shown}`} onClick={answer("accept", t("memory.accepted"))}>
            {t("memory.accept")}
          </Button>
          <Button look="quiet" disabled={busy} aria-label={`${t("memory.dismiss")}: ${shown}`} onClick={answer("dismiss", t("memory.dismissed"))}>
            {t("memory.dismiss")}
          </Button>
        </div>
      )}
    </div>
  );
}
