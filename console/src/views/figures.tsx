// How well the memory and the AI do: counts and shares, day by day, and the conversations behind each.

import { useState } from "preact/hooks";
import { get } from "../api/client";
import type { Counted, CountedPage, Figures } from "../api/figures";
import { type Key, t, word } from "../i18n";
import { brief, money, number, percent, shortDay } from "../lib/format";
import { usePoll } from "../lib/poll";
import { toLead } from "../lib/route";
import { useAction } from "../ui/action";
import { Button, Empty, Failed } from "../ui/basics";

// They change once a conversation has been summed up: seldom.
const POLL_S = 300;
const SPANS = [7, 30, 90] as const;
const DAY_MS = 86_400_000;
const MOST_BEHIND = 100;
// What people did counts on its day, and in no conversation.
const OF_STAFF: ReadonlySet<string> = new Set(["ai_corrected", "suggestions_accepted"]);

interface Card {
  // The count whose days are drawn, and behind which the conversations stand.
  count: string;
  title: Key;
  value: (figures: Figures) => string;
}

const share = (name: keyof Figures["rates"]) => (figures: Figures) => percent(figures.rates[name]);
const total = (name: string) => (figures: Figures) => number(figures.total[name] ?? 0);
// How many, and what all of their kind cost by the business's own prices.
const priced = (name: string, kind: "model" | "whatsapp") => (figures: Figures) => {
  const cost = figures.cost[kind];
  return cost === null ? total(name)(figures) : `${total(name)(figures)} · ${money(cost, figures.cost.currency)}`;
};

const cards: Card[] = [
  { count: "conversations", title: "figures.conversations", value: total("conversations") },
  { count: "ai_alone", title: "figures.ai_alone", value: share("ai_alone") },
  { count: "handed_over", title: "figures.handed_over", value: share("handed_over") },
  { count: "answers", title: "figures.answer_time", value: ({ answer_seconds: { p50, p95 } }) => `${seconds(p50)} · ${seconds(p95)}` },
  { count: "continued", title: "figures.continued", value: share("continued") },
  { count: "used", title: "figures.used", value: share("used") },
  { count: "accepted", title: "figures.accepted", value: share("accepted") },
  { count: "ai_corrected", title: "figures.precision", value: share("precision") },
  { count: "named", title: "figures.named", value: share("named") },
  { count: "three_fields", title: "figures.three_fields", value: share("three_fields") },
  { count: "suggestions_accepted", title: "figures.open", value: ({ now }) => number(now.suggestions_open ?? 0) },
  { count: "whatsapp.service.regular", title: "figures.whatsapp", value: priced("whatsapp.service.regular", "whatsapp") },
  { count: "tokens_in", title: "figures.tokens", value: priced("tokens_in", "model") },
];

// The day it is here, which is where the business is: in UTC it may be another.
const isoDay = (at: number): string => new Date(at).toLocaleDateString("sv-SE");

function seconds(value: number | null | undefined): string {
  return value == null ? "–" : t("figures.seconds", { n: number(value) });
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
      {data && (
        <ul class="cards">
          {cards.map((card) => (
            <CardView key={card.count} card={card} figures={data} />
          ))}
        </ul>
      )}
    </main>
  );
}

function CardView({ card, figures }: { card: Card; figures: Figures }) {
  const days = figures.days.map(({ day, counts }) => ({ day, count: counts[card.count] ?? 0 }));
  return (
    <li class="card figure">
      <h2>{t(card.title)}</h2>
      <p class="big">{card.value(figures)}</p>
      <Bars days={days} />
      <details>
        <summary>{t("figures.byDay")}</summary>
        <p class="hint">{word("count", card.count)}</p>
        <div class="by-day">
          <table>
            <tbody>
              {days.map(({ day, count }) => (
                <DayRow key={day} card={card.count} day={day} count={count} />
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </li>
  );
}

// Read by its heights and not its colours; who cannot see it has the table.
function Bars({ days }: { days: { day: string; count: number }[] }) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const [width, height] = [200, 44];
  const step = width / Math.max(days.length, 7);
  return (
    <svg class="bars" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" preserveAspectRatio="none">
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
      {days.map(({ day, count }, n) => {
        const tall = (count / most) * (height - 4);
        return <rect key={day} x={n * step + step * 0.15} y={height - tall} width={step * 0.7} height={tall} />;
      })}
    </svg>
  );
}

// The conversations and calls behind a count: as many as one looks through, whatever else stood on the day.
async function countedIn(card: string, day: string): Promise<Counted[]> {
  const path = `/figures/${card}/sessions?day=${day}&limit=100`;
  const found: Counted[] = [];
  let next: string | null | undefined;
  do {
    const { data } = await get<CountedPage>(next ? `${path}&cursor=${encodeURIComponent(next)}` : path);
    found.push(...data.sessions);
    next = data.next;
  } while (next && found.length < MOST_BEHIND);
  return found;
}

function DayRow({ card, day, count }: { card: string; day: string; count: number }) {
  const [behind, show] = useState<Counted[] | null>(null);
  const [busy, run] = useAction();
  const load = (): void => {
    if (behind) return show(null);
    void run(async () => show(await countedIn(card, day)));
  };
  return (
    <tr>
      <th scope="row">{shortDay(day)}</th>
      <td>
        {count === 0 || OF_STAFF.has(card) ? (
          number(count)
        ) : (
          <Button look="quiet" disabled={busy} aria-expanded={behind !== null} onClick={load}>
            {number(count)}
          </Button>
        )}
        {behind && (
          <ul class="behind">
            {behind.map((one) => (
              <li key={one.session}>
                <a href={toLead(one.lead)}>
                  {word("channel", one.channel)} {brief(one.ended_at ?? one.opened_at)}
                </a>
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}
