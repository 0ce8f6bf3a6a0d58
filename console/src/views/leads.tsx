// The customers: who needs a person first.

import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LeadPage, LeadRow } from "../api/types";
import { language, t, word } from "../i18n";
import { brief, called, number } from "../lib/format";
import { type Loaded, needsPerson, searchPath, sorted, useLeads } from "../lib/leads";
import { usePoll } from "../lib/poll";
import { toLead } from "../lib/route";
import { useWindow } from "../lib/window";
import { Button, Empty, Failed, Icon, Words } from "../ui/basics";

const ROW = 76;
const HEAD = 40;
const SEARCH_S = 60;

export function Leads({ open }: { open: string | null }) {
  const loaded = useLeads();
  const [search, setSearch] = useState("");
  const [wanted, want] = useState("");
  const [confirms, choose] = useState(false);
  const found = usePoll<LeadPage>(searchPath(wanted), SEARCH_S);
  const hits = useMemo(() => sorted(found.answer?.data.leads ?? []).rows, [found.answer]);
  const shown: Loaded = wanted
    ? { ...loaded, rows: hits, needing: 0, more: false, loading: !found.answer && !found.error, error: found.error, again: found.again }
    : confirms
      ? { ...loaded, ...toConfirm(loaded) }
      : loaded;
  const submit = (event: Event): void => {
    event.preventDefault();
    want(search.trim());
  };
  const clear = (): void => {
    setSearch("");
    want("");
  };
  return (
    // Where no conversation is open, the list is what the page is about.
    <section class="leads" aria-labelledby="leads-title" {...(open === null ? { role: "main", id: "main", tabIndex: -1 } : {})}>
      <div class="leads-head">
        <h1 id="leads-title">{t("leads.title")}</h1>
        <span class="count">{!wanted && loaded.rows.length > 0 && t("leads.count", { n: number(loaded.rows.length) })}</span>
        <form class="search" role="search" onSubmit={submit}>
          <Icon name="search" />
          <input
            type="search"
            dir={search ? "auto" : undefined}
            data-place="search"
            aria-label={t("leads.search")}
            title={t("leads.searchHint")}
            placeholder={t("leads.search")}
            value={search}
            onInput={(event) => {
              setSearch(event.currentTarget.value);
              if (!event.currentTarget.value) want("");
            }}
            onKeyDown={(event) => event.key === "Escape" && clear()}
          />
        </form>
        {!wanted && (
          <Button look="quiet" aria-pressed={confirms} title={t("leads.confirmHint")} onClick={() => choose(!confirms)}>
            {t("leads.onlyConfirm")}
          </Button>
        )}
      </div>
      <Body shown={shown} open={open} wanted={wanted} confirms={confirms && !wanted} clear={clear} />
    </section>
  );
}

// Those of whom something is past its shelf life, in the order they stand.
function toConfirm({ rows, needing }: Loaded): { rows: LeadRow[]; needing: number } {
  const old = (row: LeadRow): boolean => row.to_confirm.length > 0;
  return { rows: rows.filter(old), needing: rows.slice(0, needing).filter(old).length };
}

interface BodyProps {
  shown: Loaded;
  open: string | null;
  wanted: string;
  confirms: boolean;
  clear: () => void;
}

function Body({ shown, open, wanted, confirms, clear }: BodyProps) {
  if (shown.error && !(wanted && shown.error.status === 404)) return <Failed error={shown.error} again={shown.again} />;
  if (shown.rows.length > 0) return <List shown={shown} open={open} searched={wanted !== ""} />;
  if (shown.loading) return <Skeleton />;
  if (confirms) return <NothingOld shown={shown} />;
  if (!wanted) return <Empty icon="chats" title={t("leads.none")} hint={t("leads.noneHint")} />;
  return (
    <>
      <Empty icon="search" title={t("leads.nobody")} hint={t("leads.nobodyHint")} />
      <Button onClick={clear}>{t("leads.clear")}</Button>
    </>
  );
}

// Nobody among those that are loaded: there may be somebody further down.
function NothingOld({ shown }: { shown: Loaded }) {
  return (
    <>
      <Empty icon="chats" title={t("leads.nothingOld")} hint={t(shown.more ? "leads.nothingOldYet" : "leads.confirmHint")} />
      {shown.more && <Button onClick={shown.further}>{t("leads.lookFurther")}</Button>}
    </>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" role="status" aria-label={t("app.loading")}>
      {[0, 1, 2, 3, 4].map((n) => (
        <div key={n} />
      ))}
    </div>
  );
}

// A heading, or a customer.
type Line = string | LeadRow;

function lines(shown: Loaded, searched: boolean): Line[] {
  const { rows, needing } = shown;
  if (searched) return [t("leads.found"), ...rows];
  if (needing === 0) return rows;
  const rest = rows.length > needing ? [t("leads.others"), ...rows.slice(needing)] : [];
  return [`${t("leads.needs")} · ${number(needing)}`, ...rows.slice(0, needing), ...rest];
}

// Where the customers are, or the headings.
function places(all: readonly Line[], wanted: "string" | "object"): number[] {
  const at: number[] = [];
  all.forEach((line, place) => typeof line === wanted && at.push(place));
  return at;
}

function List({ shown, open, searched }: { shown: Loaded; open: string | null; searched: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  const all = useMemo(() => lines(shown, searched), [shown.rows, shown.needing, searched, language.value]);
  const heights = useMemo(() => all.map((line) => (typeof line === "string" ? HEAD : ROW)), [all]);
  const headings = useMemo(() => places(all, "string"), [all]);
  const { from, to, tops, height } = useWindow(scroller, heights);
  const [focused, focus] = useState<string | null>(null);
  if (shown.more && to >= all.length - 20) queueMicrotask(shown.further);
  const inView = all.slice(from, to);
  const seen = inView.flatMap((line) => (typeof line === "string" ? [] : [line.lead]));
  // What was searched for is asked for again by itself.
  useEffect(() => {
    shown.see(searched ? [] : seen);
    return () => shown.see([]);
  }, [all, from, to, searched, shown.see]);
  // One stop of the Tab key: where one was, else what is open, else the first that is drawn.
  const stop = [focused, open].find((id) => id !== null && seen.includes(id)) ?? seen[0] ?? null;
  const move = (event: KeyboardEvent): void => {
    const target = step(event.key, all, stop);
    if (target === null) return;
    event.preventDefault();
    focusOn(scroller, tops, target, all, focus);
  };
  return (
    <div class="scroller" ref={scroller} data-place="list" tabIndex={-1} onKeyDown={move}>
      <ul class="rows" aria-label={t("leads.list")} style={{ height: `${height}px` }}>
        {inView.map((line, n) => {
          const style = { transform: `translateY(${tops[from + n] ?? 0}px)` };
          if (typeof line === "string")
            return (
              <li key={`head ${line}`} class="group" style={style}>
                {line}
              </li>
            );
          const place = from + n - headings.filter((heading) => heading < from + n).length;
          return (
            <li key={line.lead} class="row" style={style} aria-setsize={shown.more ? -1 : shown.rows.length} aria-posinset={place + 1}>
              <Row row={line} current={line.lead === open} stop={line.lead === stop} onFocus={() => focus(line.lead)} />
            </li>
          );
        })}
      </ul>
      {shown.loading && (
        <p class="more" role="status">
          {t("leads.more")}
        </p>
      )}
    </div>
  );
}

// The line a key leads to.
function step(key: string, all: Line[], stop: string | null): number | null {
  const customers = places(all, "object");
  const at = customers.findIndex((n) => {
    const line = all[n];
    return typeof line === "object" && line.lead === stop;
  });
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8, Home: 0, End: customers.length - 1 }[key];
  if (to === undefined) return null;
  return customers[Math.min(Math.max(to, 0), customers.length - 1)] ?? null;
}

function focusOn(
  scroller: RefObject<HTMLDivElement | null>,
  tops: Float64Array,
  place: number,
  all: Line[],
  focus: (lead: string) => void,
): void {
  const [box, line] = [scroller.current, all[place]];
  if (!box || typeof line !== "object") return;
  const [top, end] = [tops[place] ?? 0, tops[place + 1] ?? 0];
  if (top < box.scrollTop + HEAD) box.scrollTop = Math.max(0, top - HEAD);
  else if (end > box.scrollTop + box.clientHeight) box.scrollTop = end - box.clientHeight;
  focus(line.lead);
  const seek = (tries: number): void => {
    const link = box.querySelector<HTMLElement>(`a[data-lead="${CSS.escape(line.lead)}"]`);
    if (link) link.focus({ preventScroll: true });
    else if (tries > 0) requestAnimationFrame(() => seek(tries - 1));
  };
  requestAnimationFrame(() => seek(5));
}

function Row({ row, current, stop, onFocus }: { row: LeadRow; current: boolean; stop: boolean; onFocus: () => void }) {
  const name = called(row);
  const needs = needsPerson(row);
  return (
    <a
      class={needs ? "lead-row needs" : "lead-row"}
      href={toLead(row.lead)}
      data-lead={row.lead}
      tabIndex={stop ? 0 : -1}
      aria-current={current ? "true" : undefined}
      onFocus={onFocus}
    >
      <span class="avatar" aria-hidden="true">
        {initial(row.name)}
      </span>
      <span class="who">{name ? <Words text={name} /> : <em>{t("leads.nameless")}</em>}</span>
      <time class="when" dateTime={row.last_interaction_at ?? undefined}>
        {row.last_interaction_at && brief(row.last_interaction_at)}
      </time>
      <span class="state">
        {row.last_channel && (
          <span class="channel">
            <Icon name={row.last_channel === "call" ? "call" : "whatsapp"} />
            {word("channel", row.last_channel)}
          </span>
        )}
        {row.mode === "human" && <span class="badge person">{t("leads.human")}</span>}
        {row.to_confirm.length > 0 && <span class="badge old">{t("leads.confirm", { n: row.to_confirm.length })}</span>}
        {row.waiting > 0 && <span class="badge waits">{t("leads.waiting", { n: row.waiting })}</span>}
      </span>
    </a>
  );
}

function initial(name: string | null | undefined): string {
  return (name?.match(/\p{L}/u)?.[0] ?? "•").toUpperCase();
}
