// What was said, on both channels, in the order of time.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Call, Message, Note } from "../api/types";
import { t, word } from "../i18n";
import { clock, day } from "../lib/format";
import type { Conversation, Entry } from "../lib/conversation";
import { useAction } from "../ui/action";
import { Button, Empty, Failed, Icon, say, Words } from "../ui/basics";

// Longer texts are folded.
const LONG = 1200;
// So far from the end one is still reading the newest.
const NEAR = 120;

interface TimelineProps {
  conversation: Conversation;
  sought: string | null;
  found: () => void;
}

export function Timeline({ conversation, sought, found }: TimelineProps) {
  const { entries, loaded, earlier, error, refresh } = conversation;
  const scroller = useRef<HTMLDivElement>(null);
  const follow = useRef(true);
  const last = entries.at(-1)?.id;
  useNews(entries);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && follow.current) box.scrollTop = box.scrollHeight;
  }, [last, loaded]);
  useSought(scroller, entries, conversation, sought, found);
  const scrolled = (event: Event): void => {
    const box = event.currentTarget as HTMLElement;
    follow.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  };
  if (!loaded && error) return <Failed error={error} again={refresh} />;
  return (
    <div class="timeline" ref={scroller} onScroll={scrolled} tabIndex={0} role="region" aria-label={t("timeline.label")}>
      {earlier && <Earlier load={earlier} scroller={scroller.current} />}
      {loaded && entries.length === 0 && <Empty icon="chats" title={t("timeline.none")} hint={t("timeline.noneHint")} />}
      <ol aria-busy={!loaded}>{entries.map((entry, n) => <Line key={`${entry.kind} ${entry.id}`} entry={entry} before={entries[n - 1]} all={entries} />)}</ol>
    </div>
  );
}

// Reads out that a customer wrote, not what was there before.
function useNews(entries: Entry[]): void {
  const seen = useRef<string | null>(null);
  useEffect(() => {
    const newest = entries.findLast((entry) => entry.kind === "message" && entry.message.by === "customer");
    if (!newest) return;
    if (seen.current !== null && newest.at > seen.current) say(t("timeline.new"));
    seen.current = newest.at;
  }, [entries]);
}

// Goes to a message, however far back it is.
function useSought(
  scroller: { current: HTMLDivElement | null },
  entries: Entry[],
  { earlier }: Conversation,
  sought: string | null,
  found: () => void,
): void {
  useEffect(() => {
    if (sought === null) return;
    const place = scroller.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(sought)}"]`);
    if (place) {
      place.scrollIntoView({ block: "center" });
      place.focus({ preventScroll: true });
      place.classList.add("found");
      setTimeout(() => place.classList.remove("found"), 4_000);
      found();
    } else if (earlier) void earlier();
    else found();
  }, [sought, entries]);
}

function Earlier({ load, scroller }: { load: () => Promise<void>; scroller: HTMLElement | null }) {
  const [busy, run] = useAction();
  const more = async (): Promise<void> => {
    const below = scroller ? scroller.scrollHeight - scroller.scrollTop : 0;
    await run(load);
    requestAnimationFrame(() => scroller && (scroller.scrollTop = scroller.scrollHeight - below));
  };
  return (
    <Button class="earlier" disabled={busy} onClick={() => void more()}>
      {t("timeline.earlier")}
    </Button>
  );
}

function Line({ entry, before, all }: { entry: Entry; before: Entry | undefined; all: Entry[] }) {
  const date = day(entry.at);
  return (
    <>
      {(!before || day(before.at) !== date) && (
        <li class="day">
          <span>{date}</span>
        </li>
      )}
      {entry.kind === "message" && <Bubble message={entry.message} all={all} />}
      {entry.kind === "call" && <CallCard call={entry.call} />}
      {entry.kind === "note" && <NoteCard note={entry.note} />}
    </>
  );
}

function Bubble({ message, all }: { message: Message; all: Entry[] }) {
  const { by, at, text, line, sending, code } = message;
  const told = [
    message.forwarded && t("message.forwarded"),
    message.tapped && t("message.tapped"),
    message.edited && t("message.edited"),
  ].filter(Boolean);
  const quoted = message.quotes ? all.find((entry) => entry.kind === "message" && entry.id === message.quotes) : undefined;
  // The words, and what came beside or instead of them as the AI reads it.
  const shown = message.revoked ? t("message.revoked") : message.enclosed || !text ? (line ?? text) : text;
  return (
    <li class={`message by-${by}`} data-id={message.id} tabIndex={-1}>
      <div class={message.revoked ? "bubble revoked" : "bubble"}>
        <p class="by">
          {by !== "customer" && <Icon name={by === "assistant" ? "ai" : "person"} />}
          {word("by", by)}
          {told.length > 0 && <span class="told"> · {told.join(" · ")}</span>}
        </p>
        {quoted?.kind === "message" && <Quoted message={quoted.message} />}
        <Long text={shown || t("message.empty", { kind: message.kind })} />
        <p class="meta">
          <time dateTime={at}>{clock(at)}</time>
          {sending && <span class={`sending ${sending}`}>{word("sending", sending)}</span>}
          {code != null && <span class="sending refused">{code}</span>}
        </p>
        {message.reaction && <span class="reaction">{message.reaction}</span>}
      </div>
    </li>
  );
}

function Quoted({ message }: { message: Message }) {
  return (
    <blockquote>
      <span class="visually-hidden">{t("message.replied")}</span> <Words text={(message.text || message.line || "").slice(0, 160)} />
    </blockquote>
  );
}

export function Long({ text }: { text: string }) {
  const [open, set] = useState(false);
  const long = text.length > LONG;
  return (
    <>
      <Words class="words" text={long && !open ? `${text.slice(0, LONG)}…` : text} />
      {long && (
        <Button look="quiet" class="fold" aria-expanded={open} onClick={() => set(!open)}>
          {t(open ? "timeline.less" : "timeline.more")}
        </Button>
      )}
    </>
  );
}

function CallCard({ call }: { call: Call }) {
  const minutes = Math.max(1, Math.round((Date.parse(call.ended_at) - Date.parse(call.started_at)) / 60_000));
  const recording = call.recording_url?.startsWith("https://") ? call.recording_url : null;
  return (
    <li class="event call" data-id={call.id} tabIndex={-1}>
      <p class="event-title">
        <Icon name="call" />
        {call.voicemail ? t("call.voicemail") : t("call.title", { minutes })}
        <time dateTime={call.started_at}>{clock(call.started_at)}</time>
      </p>
      {call.summary && <Long text={call.summary} />}
      {call.transcript.length > 0 && (
        <details>
          <summary>{t("call.transcript")}</summary>
          <ol class="transcript">
            {call.transcript.map((said, n) => (
              <li key={n} class={`voice-${said.voice}`}>
                <span class="voice">{word("voice", said.voice)}</span> <Words text={said.text} />
              </li>
            ))}
          </ol>
        </details>
      )}
      {recording && (
        <a href={recording} rel="noreferrer noopener" target="_blank">
          {t("call.recording")}
        </a>
      )}
    </li>
  );
}

function NoteCard({ note }: { note: Note }) {
  return (
    <li class={`event note ${note.kind === "note" ? "by-hand" : "summary"}`} data-id={note.id} tabIndex={-1}>
      <p class="event-title">
        <Icon name="note" />
        {word("note", note.kind)}
        <time dateTime={note.at}>{clock(note.at)}</time>
      </p>
      <Long text={note.text} />
    </li>
  );
}
