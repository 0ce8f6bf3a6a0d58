// From which answer each customer's row was read last, so that what is on the screen is read anew: one answer at a time. Who
// needs a person is asked for beside the list, and so is there wherever they stand in it.

import { type Answer, ApiError, get } from "../api/client";
import type { LeadPage, LeadRow, Memory } from "../api/types";

export const NEWEST = "/leads?limit=50";
const FURTHER = "/leads?limit=100";
// Of a hundred customers, those who need a person.
const NEEDING = "/leads?needs_person=true&limit=100";
// Among so many pages of the newest they are looked for: a thousand customers.
const NEEDING_PAGES = 10;
// What was asked for so lately is not asked for again.
const REST_MS = 10_000;
// Every so many turns it is the turn of what nobody sees: who needs a person by now comes up from there.
const UNSEEN_TURN = 4;

// `at`: when it was asked for. `doubted`: somebody who stands here has changed since.
interface Page {
  at: number;
  doubted?: boolean;
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
  // Who needs a person, also where their own page is not loaded.
  private readonly needing: Page[] = [];
  // Which of those pages comes next, and whether the last has been read once.
  private place = 0;
  private searched = false;
  private readonly sources = new Map<string, Page | Stray>();
  private turn = 0;

  constructor(private readonly show: (rows: Rows) => void) {}

  get more(): boolean {
    return Boolean(this.pages.at(-1)?.answer?.data.next);
  }

  // The newest: whoever polls has asked for it.
  takeNewest(answer: Answer<LeadPage>): void {
    this.take(this.pages, 0, answer, performance.now());
  }

  async further(): Promise<void> {
    await this.read(this.pages, this.pages.length);
  }

  // Whether it is still to be found out who needs a person: the next page is not waited for as long.
  get seeking(): boolean {
    return !this.searched && this.place > 0;
  }

  // The next page of who needs a person; behind the last it begins anew with the newest customers.
  async seek(): Promise<void> {
    const n = this.place;
    // Also if it fails.
    this.place = 0;
    await this.read(this.needing, n);
    const goesOn = Boolean(this.needing[n]?.answer?.data.next) && n + 1 < NEEDING_PAGES;
    if (goesOn) this.place = n + 1;
    else this.searched = true;
  }

  // Of what is on the screen, beside the newest page, what was read longest ago.
  async freshen(seen: readonly string[]): Promise<void> {
    this.turn += 1;
    const unseen = this.turn % UNSEEN_TURN === 0 && this.pages.length > 1;
    const all = unseen ? this.pages.slice(1) : seen.flatMap((lead) => this.sources.get(lead) ?? []);
    const others = all.filter((source) => source !== this.pages[0]).sort((a, b) => a.at - b.at);
    const oldest = this.pages.find((page) => page.doubted) ?? others[0];
    if (!oldest || performance.now() - oldest.at < REST_MS) return;
    // Also if that fails: then it is the turn of another.
    oldest.at = performance.now();
    if ("lead" in oldest) return this.ask(oldest);
    oldest.doubted = false;
    const list = this.needing.includes(oldest) ? this.needing : this.pages;
    await this.read(list, list.indexOf(oldest));
  }

  // Where a page begins is where the one before ends by now: who moved up or down stands in no gap between them.
  private async read(list: Page[], n: number): Promise<void> {
    const path = list === this.needing ? NEEDING : FURTHER;
    const next = list[n - 1]?.answer?.data.next;
    if (!next && !(n === 0 && list === this.needing)) return;
    const at = performance.now();
    this.take(list, n, await get<LeadPage>(next ? `${path}&cursor=${encodeURIComponent(next)}` : path), at);
  }

  private take(list: Page[], n: number, answer: Answer<LeadPage>, at: number): void {
    // The list has become shorter meanwhile.
    if (n > list.length) return;
    const page = (list[n] ??= { at, answer: null });
    page.at = at;
    // Who needs a person may have lost their own page since: then it is this one that has them, though it is the same.
    if (page.answer === answer && list === this.pages) return;
    const { leads, next } = answer.data;
    const before = [page, ...(next ? [] : list.splice(n + 1))].map((one) => [one, one.answer?.data.leads ?? []] as const);
    page.answer = answer;
    page.doubted = false;
    const rows = new Map(this.rows);
    const here = new Set<string>();
    const newest = new Set(list === this.needing ? this.pages[0]?.answer?.data.leads.map((row) => row.lead) : []);
    for (const row of leads) {
      here.add(row.lead);
      // The newest page is asked for more often, and another page that was asked for later knows better.
      if (newest.has(row.lead) || (this.sources.get(row.lead)?.at ?? at) > at) continue;
      rows.set(row.lead, row);
      this.sources.set(row.lead, page);
    }
    // Who stood here, or on a page behind the new end, and does not any more.
    for (const [was, held] of before) {
      for (const { lead } of held) {
        if (this.sources.get(lead) !== was || here.has(lead)) continue;
        if (list === this.pages) this.sources.set(lead, { at, lead });
        else this.release(lead, rows);
      }
    }
    this.put(rows);
  }

  // Needs nobody any more, or stands elsewhere by now. Where their own page is loaded, it has them again, and is read next;
  // where it is not, they are found when somebody scrolls there.
  private release(lead: string, rows: Map<string, LeadRow>): void {
    for (const page of this.pages) {
      const row = page.answer?.data.leads.find((one) => one.lead === lead);
      if (!row) continue;
      // The newest is asked for anyway.
      page.doubted = page !== this.pages[0];
      this.sources.set(lead, page);
      rows.set(lead, row);
      return;
    }
    this.sources.delete(lead);
    rows.delete(lead);
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
