// Times, sizes and names as people read them.

import { language } from "../i18n";

const locale = (): string => (language.value === "he" ? "he-IL" : "en-GB");

function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

const formats = new Map<string, Intl.DateTimeFormat>();

// To make a format takes a hundred times as long as to use it, and a list has one time a row.
function written(at: Date, how: Intl.DateTimeFormatOptions): string {
  // A format throws where there is no time, and would take the page with it.
  if (Number.isNaN(at.getTime())) return "";
  const key = `${locale()} ${JSON.stringify(how)}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(locale(), how)));
  return format.format(at);
}

export function clock(at: string): string {
  return written(new Date(at), { hour: "2-digit", minute: "2-digit" });
}

export function day(at: string): string {
  const date = new Date(at);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : ("numeric" as const);
  return written(date, { weekday: "long", day: "numeric", month: "long", year });
}

// In a list: the hour of today, else the day.
export function brief(at: string): string {
  const [date, now] = [new Date(at), new Date()];
  if (sameDay(date, now)) return clock(at);
  const year = date.getFullYear() === now.getFullYear() ? undefined : ("2-digit" as const);
  return written(date, { day: "numeric", month: "short", year });
}

export function full(at: string): string {
  return written(new Date(at), { dateStyle: "medium", timeStyle: "short" });
}

export function ago(at: string): string {
  const seconds = (new Date(at).getTime() - Date.now()) / 1000;
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ["year", 31_536_000],
    ["month", 2_592_000],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return relative.format(0, "second");
}

export function number(value: number): string {
  return value.toLocaleString(locale());
}

export function money(sum: number, currency: string): string {
  return sum.toLocaleString(locale(), { style: "currency", currency });
}

// What a customer is called where they have no name.
export function called(lead: { name?: string | null; phone?: string | null; whatsapp_username?: string | null }): string {
  if (lead.name) return lead.name;
  if (lead.whatsapp_username) return `@${lead.whatsapp_username}`;
  return lead.phone ?? "";
}

export function percent(share: number | null | undefined): string {
  return share == null ? "–" : share.toLocaleString(locale(), { style: "percent", maximumFractionDigits: 0 });
}

// A day without a time, and so of no time zone.
export function shortDay(date: string): string {
  return written(new Date(`${date}T00:00:00Z`), { day: "numeric", month: "short", timeZone: "UTC" });
}
