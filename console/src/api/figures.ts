// The figures of a business, as far as they are shown.

export interface Figures {
  from: string;
  to: string;
  days: { day: string; counts: Record<string, number> }[];
  total: Record<string, number>;
  now: Record<string, number>;
  cost: { currency: string; model: number | null; whatsapp: number | null };
  rates: Record<"ai_alone" | "handed_over" | "continued" | "used" | "accepted" | "precision" | "named" | "three_fields" | "stale", number | null>;
  answer_seconds: { p50: number | null; p95: number | null };
}

export interface Counted {
  lead: string;
  session: string;
  channel: string;
  opened_at: string;
  ended_at: string | null;
}

export interface CountedPage {
  sessions: Counted[];
  next: string | null;
}

// Whether the API this console was built for has them.
declare const HAS_FIGURES: boolean;
export const hasFigures: boolean = HAS_FIGURES;
