// Handing out all of it, and taking all of it away.

import { useState } from "preact/hooks";
import { call, forgetAnswers, get } from "../api/client";
import type { Receipt } from "../api/types";
import { t, word } from "../i18n";
import { full, number } from "../lib/format";
import { go, toLeads } from "../lib/route";
import { useAction } from "../ui/action";
import { Button, Dialog } from "../ui/basics";
import { isolated } from "./field";

function save(name: string, content: unknown): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function Privacy({ lead, name }: { lead: string; name: string }) {
  const [asks, ask] = useState(false);
  const [busy, run] = useAction();
  const path = `/leads/${encodeURIComponent(lead)}`;
  const hand = (): void => void run(async () => save(`${lead}.json`, (await get<unknown>(`${path}/export`)).data));
  return (
    <section class="privacy" aria-labelledby="privacy-title">
      <h3 id="privacy-title">{t("privacy.title")}</h3>
      <div class="actions">
        <Button disabled={busy} onClick={hand}>
          {t("privacy.export")}
        </Button>
        <Button look="danger" onClick={() => ask(true)}>
          {t("privacy.erase")}
        </Button>
      </div>
      {asks && <Erase path={path} who={name || lead} close={() => ask(false)} />}
    </section>
  );
}

function Erase({ path, who, close }: { path: string; who: string; close: () => void }) {
  const [sure, set] = useState(false);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const [busy, run] = useAction();
  const leave = (): void => {
    close();
    if (!receipt) return;
    // What the list still shows of them goes too.
    forgetAnswers();
    go(toLeads);
    location.reload();
  };
  const erase = (): void => void run(async () => setReceipt((await call<Receipt>("DELETE", path)).data));
  if (receipt) {
    return (
      <Dialog title={t("erase.done")} close={leave}>
        <ReceiptView receipt={receipt} />
        <div class="actions">
          <Button onClick={() => save(`erasure-${receipt.lead}.json`, receipt)}>{t("erase.save")}</Button>
          <Button look="main" onClick={leave}>
            {t("erase.close")}
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t("erase.title")} close={close}>
      <p>{t("erase.text", { who: isolated(who) })}</p>
      <label class="check">
        <input type="checkbox" checked={sure} onChange={(event) => set(event.currentTarget.checked)} />
        {t("erase.sure")}
      </label>
      <div class="actions">
        <Button look="danger" disabled={!sure || busy} onClick={erase}>
          {t("erase.button")}
        </Button>
        <Button onClick={close}>{t("memory.cancel")}</Button>
      </div>
    </Dialog>
  );
}

function ReceiptView({ receipt }: { receipt: Receipt }) {
  const removed: [string, number][] = [
    ...Object.entries(receipt.removed).map(([kind, many]): [string, number] => [word("kind", kind), many]),
    [t("erase.names"), receipt.names],
    [t("erase.schedules"), receipt.schedules_deleted],
  ];
  return (
    <div class="receipt">
      <p>{t("erase.receipt", { lead: isolated(receipt.lead), time: full(receipt.erased_at) })}</p>
      <h3>{t("erase.removed")}</h3>
      <ul>
        {removed.map(([what, many]) => (
          <li key={what}>
            {number(many)} {what}
          </li>
        ))}
      </ul>
      <h3>{t("erase.remains")}</h3>
      <ul lang="en" dir="ltr">
        {receipt.may_remain.map((one) => (
          <li key={one.place}>
            {one.place}
            {one.until && ` (${t("erase.until", { time: full(one.until) })})`}
          </li>
        ))}
      </ul>
    </div>
  );
}
