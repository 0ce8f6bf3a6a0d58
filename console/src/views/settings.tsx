// The settings of the business: a form made of their schema, so that a new one stands here by itself.

import { useState } from "preact/hooks";
import { ApiError, call, get } from "../api/client";
import type { Settings } from "../api/types";
import type { Desk } from "../app";
import { type Key, t, word } from "../i18n";
import { number } from "../lib/format";
import { groups, type Value } from "../lib/schema";
import { tab } from "../lib/storage";
import { useAction } from "../ui/action";
import { Button, Words } from "../ui/basics";
import { Setting } from "./setting";
import { WebhookView } from "./webhook";

type Changes = Record<string, Value>;

const PLACE = "draft.settings";

function typed(): Changes {
  return JSON.parse(tab.get(PLACE) ?? "{}") as Changes;
}

export function SettingsView({ desk, setDesk }: { desk: Desk; setDesk: (desk: Desk) => void }) {
  const [changes, setChanges] = useState<Changes>(typed);
  const [theirs, setTheirs] = useState<{ settings: Settings; tag: string | null } | null>(null);
  const [busy, run] = useAction();
  const admin = desk.me.role === "admin";
  const stored = desk.settings as unknown as Record<string, Value>;
  const change = (next: Changes): void => {
    tab.set(PLACE, Object.keys(next).length > 0 ? JSON.stringify(next) : null);
    setChanges(next);
  };
  const set = (name: string, value: Value): void => {
    const { [name]: _, ...others } = changes;
    change(JSON.stringify(value) === JSON.stringify(stored[name] ?? null) ? others : { ...others, [name]: value });
  };
  const save = async (): Promise<void> => {
    try {
      const answer = await call<Settings>("PATCH", "/settings", { body: changes, ifMatch: desk.tag });
      setDesk({ ...desk, settings: answer.data, tag: answer.tag });
      change({});
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      const now = await get<Settings>("/settings");
      setTheirs({ settings: now.data, tag: now.tag });
      throw error;
    }
  };
  // What stands now is what is seen from here on; of what both changed, a person has chosen.
  const chosen = (kept: Changes): void => {
    if (!theirs) return;
    setDesk({ ...desk, ...theirs });
    change(kept);
    setTheirs(null);
  };
  const many = Object.keys(changes).length;
  return (
    <main id="main" class="settings" tabIndex={-1}>
      <h1>{t("settings.title")}</h1>
      <p class="hint">{t(admin ? "settings.hint" : "settings.viewer")}</p>
      {theirs && <Conflict stored={stored} now={theirs.settings as unknown as Changes} mine={changes} chosen={chosen} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(save, t("settings.saved"));
        }}
      >
        <fieldset disabled={!admin}>
          {groups().map(([group, names]) => (
            <section key={group} class="card" aria-labelledby={`group-${group}`}>
              <h2 id={`group-${group}`}>{t(`settings.group.${group}` as Key)}</h2>
              {names.map((name) => (
                <Setting key={name} name={name} value={changes[name] !== undefined ? changes[name] : (stored[name] ?? null)} set={(value) => set(name, value)} />
              ))}
            </section>
          ))}
        </fieldset>
        {many > 0 && (
          <div class="save-bar">
            <span>{t("settings.unsaved", { n: many })}</span>
            <Button onClick={() => change({})}>{t("settings.reset")}</Button>
            <Button look="main" type="submit" disabled={busy || theirs !== null}>
              {t("settings.save")}
            </Button>
          </div>
        )}
      </form>
      <Lines settings={desk.settings} />
      {admin && <WebhookView />}
    </main>
  );
}

function Lines({ settings }: { settings: Settings }) {
  return (
    <section class="card" aria-labelledby="lines-title">
      <h2 id="lines-title">{t("settings.routes")}</h2>
      <ul class="routes">
        {settings.routes.map((one) => (
          <li key={`${one.connection} ${one.number}`}>
            <bdi dir="ltr">{one.number}</bdi> · <bdi dir="ltr">{one.connection}</bdi>
          </li>
        ))}
      </ul>
      <p class="hint">{t("settings.session", { n: number(Math.round(settings.session_idle_seconds / 6) / 10) })}</p>
    </section>
  );
}

interface ConflictProps {
  stored: Record<string, Value>;
  now: Record<string, Value>;
  mine: Changes;
  chosen: (kept: Changes) => void;
}

function shown(value: Value | undefined): string {
  if (value === null || value === undefined || value === "") return t("settings.none");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function Conflict({ stored, now, mine, chosen }: ConflictProps) {
  const same = (a: Value | undefined, b: Value | undefined): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  // Of what one changed here: those that others changed too.
  const both = Object.keys(mine).filter((name) => !same(stored[name], now[name]) && !same(mine[name], now[name]));
  const [keeps, keep] = useState<Record<string, boolean>>({});
  const done = (): void => chosen(Object.fromEntries(Object.entries(mine).filter(([name]) => !both.includes(name) || keeps[name])));
  return (
    <div class="conflict card" role="alert">
      <p>{t(both.length > 0 ? "settings.conflict" : "error.412")}</p>
      {both.map((name) => (
        <fieldset key={name}>
          <legend>{word("setting", name)}</legend>
          {[false, true].map((ours) => (
            <label key={String(ours)} class="check">
              <input type="radio" name={`keep-${name}`} checked={(keeps[name] ?? false) === ours} onChange={() => keep({ ...keeps, [name]: ours })} />
              <Words text={t(ours ? "settings.mine" : "settings.theirs", { value: shown(ours ? mine[name] : now[name]) })} />
            </label>
          ))}
        </fieldset>
      ))}
      <Button look="main" onClick={done}>
        {t("erase.close")}
      </Button>
    </div>
  );
}
