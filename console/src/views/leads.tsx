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

type Line = { head: string } | { row: LeadRow; place: number };

function lines(shown: Loaded, searched: boolean): Line[] {
  const { rows, needing } = shown;
  const of = (from: number, to: number): Line[] => rows.slice(from, to).map((row, n) => ({ row, place: from + n }));
  if (searched) return [{ head: t("leads.found") }, ...of(0, rows.length)];
  const others = of(needing, rows.length);
  if (needing === 0) return others;
  const rest = others.length > 0 ? [{ head: t("leads.others") }, ...others] : [];
  return [{ head: `${t("leads.needs")} · ${number(needing)}` }, ...of(0, needing), ...rest];
}

function List({ shown, open, searched }: { shown: Loaded; open: string | null; searched: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  const all = useMemo(() => lines(shown, searched), [shown.rows, shown.needing, searched, language.value]);
  const heights = useMemo(() => all.map((line) => ("head" in line ? HEAD : ROW)), [all]);
  const { from, to, tops, height } = useWindow(scroller, heights);
  const [focused, focus] = useState<string | null>(null);
  if (shown.more && to >= all.length - 20) queueMicrotask(shown.further);
  const inView = all.slice(from, to);
  const isThere = (id: string | null): boolean => inView.some((line) => "row" in line && line.row.lead === id);
  const first = inView.find((line) => "row" in line);
  // What was searched for is asked for again by itself.
  useEffect(() => {
    shown.see(searched ? [] : inView.flatMap((line) => ("row" in line ? [line.row.lead] : [])));
    return () => shown.see([]);
  }, [all, from, to, searched, shown.see]);
  // One stop of the Tab key: where one was, else what is open, else the first that is drawn.
  const stop = [focused, open].find(isThere) ?? (first && "row" in first ? first.row.lead : null);
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
          if ("head" in line)
            return (
              <li key={`head ${line.head}`} class="group" style={style}>
                {line.head}
              </li>
            );
          const { row, place } = line;
          return (
            <li key={row.lead} class="row" style={style} aria-setsize={shown.more ? -1 : shown.rows.length} aria-posinset={place + 1}>
              <Row row={row} current={row.lead === open} stop={row.lead === stop} onFocus={() => focus(row.lead)} />
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
  const places = all.flatMap((line, n) => ("row" in line ? [n] : []));
  const at = places.findIndex((n) => {
    const line = all[n];
    return line !== undefined && "row" in line && line.row.lead === stop;
  });
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8, Home: 0, End: places.length - 1 }[key];
  if (to === undefined) return null;
  return places[Math.min(Math.max(to, 0), places.length - 1)] ?? null;
}

function focusOn(
  scroller: RefObject<HTMLDivElement | null>,
  tops: Float64Array,
  place: number,
  all: Line[],
  focus: (lead: string) => void,
): void {
  const [box, line] = [scroller.current, all[place]];
  if (!box || !line || !("row" in line)) return;
  const [top, end] = [tops[place] ?? 0, tops[place + 1] ?? 0];
  if (top < box.scrollTop + HEAD) box.scrollTop = Math.max(0, top - HEAD);
  else if (end > box.scrollTop + box.clientHeight) box.scrollTop = end - box.clientHeight;
  focus(line.row.lead);
  const seek = (tries: number): void => {
    const link = box.querySelector<HTMLElement>(`a[data-lead="${CSS.escape(line.row.lead)}"]`);
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
