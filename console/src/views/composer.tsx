// Where staff write to the customer. What is typed is kept until it is sent.

import { useRef } from "preact/hooks";
import { ApiError, post } from "../api/client";
import type { Memory } from "../api/types";
import type { Desk } from "../app";
import { t } from "../i18n";
import { useDraft } from "../lib/draft";
import { useAction } from "../ui/action";
import { Button } from "../ui/basics";

// WhatsApp's bound, in characters.
const MAX = 4096;
const untried = { text: "", key: "" };

export function Composer({ lead, data, desk, sent }: { lead: string; data: Memory; desk: Desk; sent: () => Promise<void> }) {
  const [text, write, clear] = useDraft(`message.${lead}`);
  const [busy, run] = useAction();
  const box = useRef<HTMLTextAreaElement>(null);
  const tried = useRef(untried);
  if (desk.me.role === "viewer") return <p class="composer-none">{t("composer.viewer")}</p>;
  const over = [...text].length - MAX;
  const cannot = busy || !text.trim() || over > 0;
  const send = async (): Promise<void> => {
    if (cannot) return;
    // Where the answer was lost, the message may have gone out: the same text again is the same message.
    if (tried.current.text !== text) tried.current = { text, key: crypto.randomUUID() };
    const { key } = tried.current;
    const refused = (error: unknown): never => {
      // For sure: the next try is another one.
      if (error instanceof ApiError && error.status > 0 && error.status < 500) tried.current = untried;
      throw error;
    };
    if (!(await run(() => post(`/leads/${encodeURIComponent(lead)}/messages`, { text }, key).catch(refused)))) return;
    tried.current = untried;
    clear();
    box.current?.focus();
    await sent();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {data.mode === "ai" && (
        <p id="composer-hint" class="hint">
          {t("composer.takes")}
        </p>
      )}
      {over > 0 && (
        <p class="hint bad" role="alert">
          {t("composer.left", { n: over })}
        </p>
      )}
      <div class="composer-row">
        <textarea
          ref={box}
          dir={text ? "auto" : undefined}
          rows={Math.min(6, Math.max(1, text.split("\n").length))}
          data-place="write"
          aria-label={t("composer.label")}
          aria-describedby={data.mode === "ai" ? "composer-hint" : undefined}
          placeholder={t("composer.placeholder")}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
          }}
        />
        <Button look="main" type="submit" disabled={cannot}>
          {t(busy ? "composer.sending" : "composer.send")}
        </Button>
      </div>
    </form>
  );
}
