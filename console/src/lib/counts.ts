// What is counted (docs/metrics.md), added up and taken apart.

import type { Counts, Figures } from "../api/figures";
import { t, word } from "../i18n";
import { number } from "./format";

// One of the parts that a count is made of.
export interface Part {
  name: string;
  label: string;
  text: string;
  // How long its bar is, from 0 to 1.
  size: number;
}

// A count by its name; what ends in a dot is the beginning of the names of several.
export function namesOf(count: string, counts: Counts): string[] {
  return count.endsWith(".") ? Object.keys(counts).filter((name) => name.startsWith(count)) : [count];
}

export function sum(count: string, counts: Counts): number {
  return namesOf(count, counts).reduce((all, name) => all + (counts[name] ?? 0), 0);
}

// The most frequent first; bars are compared with the first one's.
export function parts(counts: Counts, names: string[], label: (name: string) => string): Part[] {
  const counted = names.map((name) => ({ name, count: counts[name] ?? 0 })).filter(({ count }) => count > 0);
  const most = Math.max(1, ...counted.map(({ count }) => count));
  return counted
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
    .map(({ name, count }) => ({ name, label: label(name), text: number(count), size: count / most }));
}

// Those whose names begin so, called by the words for what follows.
export function partsBy(prefix: string, kind: string, counts: Counts): Part[] {
  return parts(counts, namesOf(prefix, counts), (name) => word(kind, name.slice(prefix.length)));
}

// By category and type; where others have a price, it says which have none.
export function messages({ total, cost }: Figures): Part[] {
  const called = (name: string): string => {
    const [, category = "", type = ""] = name.split(".");
    return `${word("category", category)} · ${word("pricing", type)}`;
  };
  const isLeftOut = (name: string): boolean => cost.whatsapp != null && cost.unpriced.includes(name);
  return parts(total, namesOf("whatsapp.", total), called).map((part) =>
    isLeftOut(part.name) ? { ...part, text: `${part.text} · ${t("figures.unpriced")}` } : part,
  );
}

// How many of a field's values were past their shelf life, and for how long they had not been said; the oldest first.
export function freshness(total: Counts): Part[] {
  const fields = namesOf("known.", total).map((name) => {
    const field = name.slice("known.".length);
    const known = total[name] ?? 0;
    const [stale, days] = [total[`stale.${field}`] ?? 0, total[`known_days.${field}`] ?? 0];
    return { name, label: word("field", field), known, stale, size: stale / Math.max(1, known), days: days / Math.max(1, known) };
  });
  return fields
    .filter(({ known }) => known > 0)
    .sort((a, b) => b.size - a.size || b.days - a.days)
    .map(({ name, label, known, stale, size, days }) => {
      const said = { stale: number(stale), known: number(known), days: number(Math.round(days)) };
      return { name, label, size, text: t("figures.staleOf", said) };
    });
}
