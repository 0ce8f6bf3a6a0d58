// One figure: a number with its days and the conversations behind them, a number of now, or the parts of a count.

import { useState } from "preact/hooks";
import { get } from "../api/client";
import type { Counted, CountedPage, Counts, Figures } from "../api/figures";
import { type Key, t, word } from "../i18n";
import { type Part, namesOf, sum } from "../lib/counts";
import { brief, number, shortDay } from "../lib/format";
import { toLead } from "../lib/route";
import { useAction } from "../ui/action";
import { Button, Words } from "../ui/basics";

const MOST_BEHIND = 100;
// A call looks through a hundred sessions of the day, for one name.
const MOST_CALLS = 20;
// What people did counts on its day, and in no conversation.
const OF_STAFF: ReadonlySet<string> = new Set(["ai_corrected", "suggestions_accepted", "suggestions_dismissed"]);

type After<Prefix extends string, Word> = Word extends `${Prefix}.${infer Rest}` ? Rest : never;

export interface Card {
  // What it is called, and what its days count.
  name: After<"count", Key>;
  // The count whose days are drawn, and behind which the conversations stand; all that begin so, where it ends in a dot.
  count: string;
  value: (figures: Figures) => string;
}

export function CardView({ card, figures }: { card: Card; figures: Figures }) {
  const days = figures.days.map(({ day, counts }) => ({ day, counts, count: sum(card.count, counts) }));
  return (
    <li class="card figure">
      <h3>{t(`figures.${card.name}`)}</h3>
      <p class="big">{card.value(figures)}</p>
      <Bars days={days} />
      <details>
        <summary>{t("figures.byDay")}</summary>
        <p class="hint">{t(`count.${card.name}`)}</p>
        <div class="by-day">
          <table>
            <tbody>
              {days.map((one) => (
                <DayRow key={one.day} card={card.count} {...one} />
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </li>
  );
}

// What stands now is of no day, and no list of conversations is behind it.
export function NowView({ name, value }: { name: After<"now", Key>; value: string }) {
  return (
    <li class="card figure">
      <h3>{t(`now.${name}`)}</h3>
      <p class="big">{value}</p>
    </li>
  );
}

export function Breakdown({ name, parts }: { name: After<"parts", Key>; parts: Part[] }) {
  return (
    <li class="card figure">
      <h3>{t(`parts.${name}`)}</h3>
      <p class="hint">{t(`unit.${name}`)}</p>
      {parts.length === 0 && <p class="none">{t("figures.noParts")}</p>}
      {parts.length > 0 && (
        <ul class="parts">
          {parts.map((part) => (
            <li key={part.name}>
              <span>
                <Words text={part.label} />
              </span>{" "}
              <span class="count">{part.text}</span>
              <Length of={part.size} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

// Read by how much of the frame is full and not by colour; the number stands above it as text.
function Length({ of }: { of: number }) {
  return (
    <svg class="bars length" viewBox="0 0 100 8" aria-hidden="true" preserveAspectRatio="none">
      <rect class="whole" width="100" height="8" />
      <rect width={of * 100} height="8" />
    </svg>
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

// The conversations and calls behind counts: as many as one looks through, whatever else stood on the day. One that is
// behind several of them stands there once.
async function countedIn(names: string[], day: string): Promise<Counted[]> {
  const found = new Map<string, Counted>();
  let calls = 0;
  for (const name of names) {
    if (found.size >= MOST_BEHIND || calls >= MOST_CALLS) break;
    const path = `/figures/${encodeURIComponent(name)}/sessions?day=${day}&limit=100`;
    let next: string | null | undefined;
    do {
      const { data } = await get<CountedPage>(next ? `${path}&cursor=${encodeURIComponent(next)}` : path);
      for (const one of data.sessions) {
        const key = `${one.lead} ${one.session}`;
        found.set(key, { ...one, count: one.count + (found.get(key)?.count ?? 0) });
      }
      next = data.next;
      calls += 1;
    } while (next && found.size < MOST_BEHIND && calls < MOST_CALLS);
  }
  return [...found.values()].sort((a, b) => a.opened_at.localeCompare(b.opened_at));
}

function DayRow({ card, day, counts, count }: { card: string; day: string; counts: Counts; count: number }) {
  const [behind, show] = useState<Counted[] | null>(null);
  const [busy, run] = useAction();
  const load = (): void => {
    if (behind) return show(null);
    void run(async () => show(await countedIn(namesOf(card, counts), day)));
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
                {one.count > 1 && ` × ${number(one.count)}`}
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}
