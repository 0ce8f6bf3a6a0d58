// Where a value comes from: the customer's own words, with the value marked in them.

import { useState } from "preact/hooks";
import { get } from "../api/client";
import type { Origin } from "../api/types";
import { t, word } from "../i18n";
import { full } from "../lib/format";
import { useAction } from "../ui/action";
import { Button } from "../ui/basics";

interface WhenceProps {
  lead: string;
  name: string;
  label: string;
  value: string;
  find: (message: string) => void;
}

export function Whence({ lead, name, label, value, find }: WhenceProps) {
  const [origin, set] = useState<Origin | null>(null);
  const [busy, run] = useAction();
  const toggle = (): void => {
    if (origin) return set(null);
    const path = `/leads/${encodeURIComponent(lead)}/profile/${encodeURIComponent(name)}/origin`;
    void run(async () => set((await get<Origin>(path)).data));
  };
  return (
    <div class="whence">
      <Button look="quiet" aria-expanded={origin !== null} aria-label={`${t("memory.where")} ${label}`} disabled={busy} onClick={toggle}>
        {t(origin ? "memory.hide" : "memory.where")}
      </Button>
      {origin && <Shown origin={origin} value={value} find={find} />}
    </div>
  );
}

function Shown({ origin, value, find }: { origin: Origin; value: string; find: (message: string) => void }) {
  const time = full(origin.at);
  if (origin.source === "manual") return <p class="meta">{t("memory.entered", { time })}</p>;
  if (origin.source !== "ai_extraction") return <p class="meta">{t("memory.otherwise", { source: word("source", origin.source), time })}</p>;
  const call = origin.call;
  const quotes = call ? call.said.map((said) => said.text) : origin.messages.map((one) => one.line ?? one.text);
  const place = call?.id ?? origin.messages[0]?.id;
  return (
    <>
      <p class="meta">{t(call ? "memory.onPhone" : "memory.said", { time })}</p>
      {quotes.map((text, n) => (
        <blockquote key={n} dir="auto">
          <Marked text={text} value={value} />
        </blockquote>
      ))}
      {quotes.length === 0 && <p class="meta">{t("memory.noWords")}</p>}
      {place && (
        <Button look="quiet" onClick={() => find(place)}>
          {t("memory.show")}
        </Button>
      )}
    </>
  );
}

// The value's words where they stand in the quote; the whole value, else each of its words.
function Marked({ text, value }: { text: string; value: string }) {
  const whole = text.toLowerCase().includes(value.toLowerCase()) ? [value] : value.split(/[\s,.;:]+/u).filter((one) => one.length > 1);
  if (whole.length === 0) return <>{text}</>;
  const wanted = new RegExp(`(${whole.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "giu");
  return <>{text.split(wanted).map((part, n) => (n % 2 === 1 ? <mark key={n}>{part}</mark> : part))}</>;
}
