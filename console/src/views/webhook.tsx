// The address the business's events are posted to: entered, tested, and what became of each event.

import { useState } from "preact/hooks";
import { ApiError, call, get, post } from "../api/client";
import type { Delivery, DeliveryPage, Webhook, WebhookEntry, WebhookSecret } from "../api/types";
import { t, word } from "../i18n";
import { full, number } from "../lib/format";
import { useAction } from "../ui/action";
import { Button } from "../ui/basics";

// As docs/events.md has them.
const EVENTS = ["memory.updated", "session.closed", "handover.requested", "call.missed", "reply.uncertain", "reply.sent", "lead.joined", "lead.erased", "budget.exceeded", "action.due", "action.done", "action.cancelled", "action.refused"];
const SHOWN = 20;
// The CRMs there are a mapping of (docs/crm.md), each with its name and where its API is.
const CRMS: Record<string, { name: string; url: string }> = { hubspot: { name: "HubSpot", url: "https://api.hubapi.com" } };

const nothing: WebhookEntry = { url: "", events: [], include: { summary: false, values: false } };

export function WebhookView() {
  const [webhook, set] = useState<Webhook | null>(null);
  const [entry, enter] = useState<WebhookEntry>(nothing);
  const [log, setLog] = useState<Delivery[]>([]);
  const [busy, run] = useAction();
  const show = (now: Webhook | null): void => {
    set(now);
    enter(now ? { url: now.url, events: now.events, include: now.include, crm: now.crm ? { mapping: now.crm.mapping } : null } : nothing);
  };
  const look = async (): Promise<void> => setLog((await get<DeliveryPage>(`/webhook/deliveries?limit=${SHOWN}`)).data.deliveries);
  const load = async (): Promise<void> => {
    try {
      show((await get<Webhook>("/webhook")).data);
      await look();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  };
  const save = async (): Promise<void> => show((await call<Webhook>("PUT", "/webhook", { body: entry })).data);
  const remove = async (): Promise<void> => {
    await call("DELETE", "/webhook");
    show(null);
    setLog([]);
  };
  const again = async (id: string): Promise<void> => {
    await post(`/webhook/deliveries/${encodeURIComponent(id)}/redeliver`);
    await look();
  };
  return (
    <details class="card" onToggle={(event) => void (event.currentTarget.open && run(load))}>
      <summary>
        <h2>{t("webhook.title")}</h2>
      </summary>
      <p class="hint">{t("webhook.hint")}</p>
      {webhook && webhook.state !== "active" && <State webhook={webhook} />}
      <form
        class="webhook"
        onSubmit={(event) => {
          event.preventDefault();
          void run(save, t("webhook.saved"));
        }}
      >
        <Entry entry={entry} enter={enter} />
        <div class="actions">
          <Button look="main" type="submit" disabled={busy}>
            {t("webhook.save")}
          </Button>
          {webhook && (
            <>
              <Button disabled={busy || webhook.state === "disabled"} onClick={() => void run(() => post("/webhook/test"), t("webhook.tested"))}>
                {t("webhook.test")}
              </Button>
              <Button look="danger" disabled={busy} onClick={() => void run(remove, t("webhook.removed"))}>
                {t("webhook.remove")}
              </Button>
            </>
          )}
        </div>
      </form>
      {webhook && !webhook.crm && <Secret />}
      {webhook && <Log log={log} busy={busy} look={() => void run(look)} again={(id) => void run(() => again(id), t("webhook.tested"))} />}
    </details>
  );
}

function State({ webhook }: { webhook: Webhook }) {
  const time = full(webhook.disabled_at ?? webhook.failing_since ?? "");
  return (
    <p class="failed" role="alert">
      {t(webhook.state === "disabled" ? "webhook.disabled" : "webhook.failing", { time })}
    </p>
  );
}

function Entry({ entry, enter }: { entry: WebhookEntry; enter: (entry: WebhookEntry) => void }) {
  const events = entry.events ?? [];
  const include = { summary: false, values: false, ...entry.include };
  const wants = (name: string, on: boolean): void => enter({ ...entry, events: on ? [...events, name] : events.filter((one) => one !== name) });
  const choose = (mapping: string): void => enter(mapping ? { ...entry, url: CRMS[mapping]?.url ?? "", events: [], crm: { mapping } } : { ...entry, url: "", events: [], crm: null });
  return (
    <>
      <div class="setting">
        <label for="webhook-kind">{t("webhook.kind")}</label>
        <select id="webhook-kind" value={entry.crm?.mapping ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">Webhook</option>
          {Object.entries(CRMS).map(([mapping, { name }]) => (
            <option key={mapping} value={mapping}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="setting">
        <label for="webhook-url">{t("webhook.url")}</label>
        <input id="webhook-url" type="url" dir="ltr" required maxLength={2048} value={entry.url} onInput={(event) => enter({ ...entry, url: event.currentTarget.value })} />
      </div>
      {entry.crm ? (
        <Token crm={entry.crm} enter={(crm) => enter({ ...entry, crm })} />
      ) : (
        <fieldset class="record">
          <legend>{t("webhook.events")}</legend>
          {EVENTS.map((name) => (
            <label key={name} class="check">
              <input type="checkbox" checked={events.includes(name)} onChange={(event) => wants(name, event.currentTarget.checked)} />
              <bdi dir="ltr">{name}</bdi>
            </label>
          ))}
        </fieldset>
      )}
      <fieldset class="record">
        <legend>{t(entry.crm ? "webhook.include.crm" : "webhook.include")}</legend>
        {(["summary", "values"] as const).map((name) => (
          <label key={name} class="check">
            <input type="checkbox" checked={include[name]} onChange={(event) => enter({ ...entry, include: { ...include, [name]: event.currentTarget.checked } })} />
            {t(name === "values" && entry.crm ? "webhook.include.crm.values" : `webhook.include.${name}`)}
          </label>
        ))}
      </fieldset>
    </>
  );
}

function Token({ crm, enter }: { crm: NonNullable<WebhookEntry["crm"]>; enter: (crm: NonNullable<WebhookEntry["crm"]>) => void }) {
  return (
    <div class="setting">
      <label for="webhook-token">{t("webhook.token")}</label>
      <input id="webhook-token" type="password" dir="ltr" autocomplete="off" maxLength={512} value={crm.token ?? ""} onInput={(event) => enter({ mapping: crm.mapping, token: event.currentTarget.value || null })} />
    </div>
  );
}

function Secret() {
  const [secret, set] = useState<WebhookSecret | null>(null);
  const [busy, run] = useAction();
  const see = async (): Promise<void> => set((await get<WebhookSecret>("/webhook/secret")).data);
  const change = async (): Promise<void> => set((await post<WebhookSecret>("/webhook/secret", {})).data);
  return (
    <div class="setting">
      <span class="label">{t("webhook.secret")}</span>
      {secret && (
        <code dir="ltr" class="secret">
          {secret.secret}
        </code>
      )}
      {secret?.previous_until && <p class="hint">{t("webhook.previous", { time: full(secret.previous_until) })}</p>}
      <div class="actions">
        <Button disabled={busy} onClick={() => void run(see)}>
          {t("webhook.see")}
        </Button>
        <Button disabled={busy} onClick={() => void run(change)}>
          {t("webhook.change")}
        </Button>
      </div>
    </div>
  );
}

// Given up, or due for so long that whoever was to post it is gone: asked for again it is posted.
function isStuck(one: Delivery): boolean {
  return one.state === "failed" || (one.state === "waiting" && Date.parse(one.next_at ?? "") < Date.now() - 5 * 60_000);
}

function Log({ log, busy, look, again }: { log: Delivery[]; busy: boolean; look: () => void; again: (id: string) => void }) {
  return (
    <div class="setting">
      <span class="label">{t("webhook.log")}</span>
      <ul class="deliveries">
        {log.map((one) => (
          <li key={one.id}>
            <bdi dir="ltr">{one.event}</bdi> · {full(one.at)} · {word("delivery", one.state)} · {t("webhook.posts", { n: number(one.posts.length) })}
            {isStuck(one) && (
              <Button look="quiet" disabled={busy} onClick={() => again(one.id)}>
                {t(one.state === "failed" ? "webhook.again" : "webhook.now")}
              </Button>
            )}
          </li>
        ))}
        {log.length === 0 && <li>{t("webhook.none")}</li>}
      </ul>
      <Button disabled={busy} onClick={look}>
        {t("webhook.look")}
      </Button>
    </div>
  );
}
