// From which answer each customer's row was read last, so that what is on the screen is read anew: one answer at a time.

import { type Answer, ApiError, get } from "../api/client";
import type { LeadPage, LeadRow, Memory } from "../api/types";

export const NEWEST = "/leads?limit=50";
const FURTHER = 100;
// What was asked for so lately is not asked for again.
const REST_MS = 10_000;
// Every so many turns it is the turn of what nobody sees: who needs a person by now comes up from there.
const UNSEEN_TURN = 4;

// `at`: when it was asked for.
interface Page {
  at: number;
  answer: Answer<LeadPage> | null;
}

// A customer whom their page does not have any more: asked for by themselves until another one has them.
interface Stray {
  at: number;
  lead: string;
}

type Rows = ReadonlyMap<string, LeadRow>;

export class LeadPages {
  private rows: Rows = new Map();
  private readonly pages: Page[] = [];
  private readonly sources = new Map<string, Page | Stray>();
  private turn = 0;

  constructor(private readonly show: (rows: Rows) => void) {}

  get more(): boolean {
    return Boolean(this.pages.at(-1)?.answer?.data.next);
  }

  // The newest: whoever polls has asked for it.
  takeNewest(answer: Answer<LeadPage>): void {
    this.take(0, answer, performance.now());
  }

  async further(): Promise<void> {
    await this.read(this.pages.length);
  }

  // Of what is on the screen, beside the newest page, what was read longest ago.
  async freshen(seen: readonly string[]): Promise<void> {
    this.turn += 1;
    const unseen = this.turn % UNSEEN_TURN === 0 && this.pages.length > 1;
    const all = unseen ? this.pages.slice(1) : seen.flatMap((lead) => this.sources.get(lead) ?? []);
    const [oldest] = all.filter((source) => source !== this.pages[0]).sort((a, b) => a.at - b.at);
    if (!oldest || performance.now() - oldest.at < REST_MS) return;
    // Also if that fails: then it is the turn of another.
    oldest.at = performance.now();
    await ("lead" in oldest ? this.ask(oldest) : this.read(this.pages.indexOf(oldest)));
  }

  // Where a page begins is where the one before ends by now: who moved up or down stands in no gap between them.
  private async read(n: number): Promise<void> {
    const next = this.pages[n - 1]?.answer?.data.next;
    if (!next) return;
    const at = performance.now();
    this.take(n, await get<LeadPage>(`/leads?limit=${FURTHER}&cursor=${encodeURIComponent(next)}`), at);
  }

  private take(n: number, answer: Answer<LeadPage>, at: number): void {
    // The list has become shorter meanwhile.
    if (n > this.pages.length) return;
    const page = (this.pages[n] ??= { at, answer: null });
    page.at = at;
    if (page.answer === answer) return;
    const { leads, next } = answer.data;
    const before = [page, ...(next ? [] : this.pages.splice(n + 1))].map((one) => [one, one.answer?.data.leads ?? []] as const);
    page.answer = answer;
    const rows = new Map(this.rows);
    const here = new Set<string>();
    for (const row of leads) {
      here.add(row.lead);
      // Another page that was asked for later knows better.
      if ((this.sources.get(row.lead)?.at ?? at) > at) continue;
      rows.set(row.lead, row);
      this.sources.set(row.lead, page);
    }
    // Who stood here, or on a page behind the new end, and does not any more.
    for (const [was, held] of before) {
      for (const { lead } of held) {
        if (this.sources.get(lead) === was && !here.has(lead)) this.sources.set(lead, { at, lead });
      }
    }
    this.put(rows);
  }

  private async ask(stray: Stray): Promise<void> {
    const { lead } = stray;
    let found: Memory | null = null;
    try {
      found = (await get<Memory>(`/leads/${encodeURIComponent(lead)}`)).data;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
    const row = this.rows.get(lead);
    // A page has them again.
    if (!row || this.sources.get(lead) !== stray) return;
    const rows = new Map(this.rows);
    // Who has become one with another customer is there under that one's id.
    if (found?.lead === lead) rows.set(lead, asFound(row, found));
    else {
      rows.delete(lead);
      this.sources.delete(lead);
    }
    this.put(rows);
  }

  private put(rows: Rows): void {
    this.rows = rows;
    this.show(rows);
  }
}

function asFound(row: LeadRow, found: Memory): LeadRow {
  const { phone, whatsapp_username, last_interaction_at, last_channel, mode, waiting, customer_profile_json: profile } = found;
  const old = Object.entries(profile).filter(([, field]) => field.state === "stale");
  return {
    ...row,
    ...{ phone, whatsapp_username, last_interaction_at, last_channel, mode, waiting },
    name: profile.name?.value ?? null,
    to_confirm: old.map(([name]) => name),
  };
}
