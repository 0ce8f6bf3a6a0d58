// How well the memory and the AI do: counts and shares, day by day, what they are made of, and what stands now.

import { useState } from "preact/hooks";
import type { Figures, Times } from "../api/figures";
import { t, word } from "../i18n";
import { freshness, messages, parts, partsBy, sum } from "../lib/counts";
import { money, number, percent } from "../lib/format";
import { usePoll } from "../lib/poll";
import { Button, Empty, Failed } from "../ui/basics";
import { Breakdown, type Card, CardView, NowView } from "./figure";

// They change once a conversation has been summed up: seldom.
const POLL_S = 300;
const SPANS = [7, 30, 90] as const;
const DAY_MS = 86_400_000;
const CHOICES = ["continued", "started_fresh", "no_choice"];

const share = (name: keyof Figures["rates"]) => (figures: Figures) => percent(figures.rates[name]);
const total = (count: string) => (figures: Figures) => number(sum(count, figures.total));
// Of all that were summed up in these days: each counts once in the lag. What stands now has a share of its own.
const ended = (count: string) => (figures: Figures) => {
  const all = sum("lag_s.", figures.total);
  return percent(all > 0 ? sum(count, figures.total) / all : null);
};
// How many, and what all of their kind cost by the business's own prices.
const priced = (count: string, kind: "model" | "whatsapp") => (figures: Figures) => {
  const cost = figures.cost[kind];
  return cost == null ? total(count)(figures) : `${total(count)(figures)} · ${money(cost, figures.cost.currency)}`;
};
const times = (name: "answer_seconds" | "lag_seconds", counted: string) => (figures: Figures) => {
  const isAny = sum(counted, figures.total) > 0;
  const { p50, p95 }: Times = figures[name];
  return `${duration(p50, isAny)} · ${duration(p95, isAny)}`;
};

const cards: Card[] = [
  { name: "conversations", count: "conversations", value: total("conversations") },
  { name: "calls", count: "calls", value: total("calls") },
  { name: "ai_alone", count: "ai_alone", value: share("ai_alone") },
  { name: "handed_over", count: "handed_over", value: share("handed_over") },
  { name: "answer_time", count: "answers", value: times("answer_seconds", "answer_s.") },
  { name: "continued", count: "continued", value: share("continued") },
  { name: "used", count: "used", value: share("used") },
  { name: "asked_again", count: "asked_again", value: total("asked_again") },
  { name: "accepted", count: "accepted", value: share("accepted") },
  { name: "precision", count: "ai_corrected", value: share("precision") },
  { name: "named", count: "named", value: ended("named") },
  { name: "three_fields", count: "three_fields", value: ended("three_fields") },
  { name: "stale", count: "stale.", value: share("stale") },
  { name: "suggestions_accepted", count: "suggestions_accepted", value: total("suggestions_accepted") },
  { name: "suggestions_dismissed", count: "suggestions_dismissed", value: total("suggestions_dismissed") },
  { name: "lag", count: "lag_s.", value: times("lag_seconds", "lag_s.") },
  { name: "whatsapp", count: "whatsapp.", value: priced("whatsapp.", "whatsapp") },
  { name: "tokens", count: "tokens_in", value: priced("tokens_in", "model") },
];

// The day it is here, which is where the business is: in UTC it may be another.
const isoDay = (at: number): string => new Date(at).toLocaleDateString("sv-SE");

// Without a number where nothing was counted, or it is beyond the longest that is told apart.
function duration(seconds: number | null | undefined, isAny: boolean): string {
  if (seconds == null) return isAny ? t("figures.longer") : "–";
  if (seconds < 120) return t("figures.seconds", { n: number(seconds) });
  return seconds < 3600 ? t("figures.minutes", { n: number(seconds / 60) }) : t("figures.hours", { n: number(seconds / 3600) });
}

export function FiguresView() {
  const [span, choose] = useState<number>(30);
  const from = isoDay(Date.now() - (span - 1) * DAY_MS);
  const { answer, error, again } = usePoll<Figures>(`/figures?from=${from}`, POLL_S);
  const data = answer?.data;
  return (
    <main id="main" class="figures" tabIndex={-1}>
      <header>
        <h1>{t("figures.title")}</h1>
        <div class="spans" role="group" aria-label={t("figures.span")}>
          {SPANS.map((days) => (
            <Button key={days} aria-pressed={days === span} onClick={() => choose(days)}>
              {t("figures.days", { n: days })}
            </Button>
          ))}
        </div>
      </header>
      {error && !data && <Failed error={error} again={again} />}
      {!error && !data && <p role="status">{t("app.loading")}</p>}
      {data && data.days.length === 0 && <Empty icon="chats" title={t("figures.none")} hint={t("figures.noneHint")} />}
      {data && data.days.length > 0 && <OfDays figures={data} />}
      {data && <OfNow figures={data} />}
    </main>
  );
}

function OfDays({ figures }: { figures: Figures }) {
  return (
    <>
      <h2>{t("figures.inDays")}</h2>
      <ul class="cards">
        {cards.map((card) => (
          <CardView key={card.name} card={card} figures={figures} />
        ))}
      </ul>
      <h2>{t("figures.madeOf")}</h2>
      <ul class="cards wide">
        <Breakdown name="handed_over" parts={partsBy("handed_over.", "cause", figures.total)} />
        <Breakdown name="rejected" parts={partsBy("rejected.", "reason", figures.total)} />
        <Breakdown name="returning" parts={parts(figures.total, CHOICES, (name) => word("choice", name))} />
        <Breakdown name="freshness" parts={freshness(figures.total)} />
        <Breakdown name="whatsapp" parts={messages(figures)} />
      </ul>
    </>
  );
}

function OfNow({ figures: { now, rates } }: { figures: Figures }) {
  return (
    <>
      <h2>{t("figures.now")}</h2>
      <ul class="cards">
        <NowView name="leads" value={number(now.leads ?? 0)} />
        <NowView name="named" value={percent(rates.named)} />
        <NowView name="three_fields" value={percent(rates.three_fields)} />
        <NowView name="suggestions_open" value={number(now.suggestions_open ?? 0)} />
      </ul>
      <ul class="cards wide">
        <Breakdown name="values" parts={partsBy("values.", "source", now)} />
      </ul>
    </>
  );
}
