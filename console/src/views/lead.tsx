// One customer: the conversation, and the memory beside it.

import { useEffect, useState } from "preact/hooks";
import { post } from "../api/client";
import type { Memory } from "../api/types";
import type { Desk } from "../app";
import { t } from "../i18n";
import { called, clock } from "../lib/format";
import { type Conversation, useConversation } from "../lib/conversation";
import { go, toLead, toLeads } from "../lib/route";
import { useAction } from "../ui/action";
import { Button, Empty, Failed, Icon, Words } from "../ui/basics";
import { Composer } from "./composer";
import { MemoryPanel } from "./memory";
import { Timeline } from "./timeline";

type Pane = "conversation" | "memory";

export function LeadView({ lead, desk }: { lead: string; desk: Desk }) {
  const conversation = useConversation(lead);
  const { memory } = conversation;
  const [pane, show] = useState<Pane>("conversation");
  const [sought, seek] = useState<string | null>(null);
  const data = memory.answer?.data;
  // The same person under another id by now.
  useEffect(() => {
    if (data && data.lead !== lead) go(toLead(data.lead));
  }, [data?.lead]);
  if (!data) {
    return (
      <main id="main" class="nothing" tabIndex={-1}>
        {memory.error?.status === 404 && <Empty icon="person" title={t("lead.gone")} hint={t("lead.goneHint")} />}
        {memory.error && memory.error.status !== 404 && <Failed error={memory.error} again={memory.again} />}
        {!memory.error && <p role="status">{t("app.loading")}</p>}
      </main>
    );
  }
  const find = (message: string): void => {
    show("conversation");
    seek(message);
  };
  const name = called({ ...data, name: data.customer_profile_json.name?.value ?? null });
  return (
    <main id="main" class={`lead shows-${pane}`} tabIndex={-1}>
      <LeadHead data={data} name={name} desk={desk} conversation={conversation} />
      <Panes pane={pane} show={show} />
      <section class="conversation" aria-label={t("lead.conversation")} ref={(part) => listen(part, () => show("conversation"))}>
        <Timeline conversation={conversation} sought={sought} found={() => seek(null)} />
        <Composer key={lead} lead={lead} data={data} desk={desk} sent={() => after(conversation)} />
      </section>
      <section class="memory" data-place="memory" tabIndex={-1} aria-label={t("memory.title")} ref={(part) => listen(part, () => show("memory"))}>
        <MemoryPanel lead={lead} name={name} desk={desk} conversation={conversation} find={find} />
      </section>
    </main>
  );
}

// A shortcut that leads into a part brings it to the front.
function listen(part: HTMLElement | null, front: () => void): (() => void) | void {
  part?.addEventListener("wanted", front);
  return () => part?.removeEventListener("wanted", front);
}

const after = async ({ memory, refresh }: Conversation): Promise<void> => {
  await Promise.all([memory.again(), refresh()]);
};

// On a narrow window: which of the two is seen.
function Panes({ pane, show }: { pane: Pane; show: (pane: Pane) => void }) {
  const one = (which: Pane) => (
    <button type="button" aria-pressed={pane === which} onClick={() => show(which)}>
      {t(`lead.${which}`)}
    </button>
  );
  return (
    <div class="panes">
      {one("conversation")}
      {one("memory")}
    </div>
  );
}

interface HeadProps {
  data: Memory;
  name: string;
  desk: Desk;
  conversation: Conversation;
}

function LeadHead({ data, name, desk, conversation }: HeadProps) {
  const human = data.mode === "human";
  const acts = desk.me.role !== "viewer";
  const who = human ? t(acts ? "lead.human" : "lead.humanViewer") : t("lead.ai");
  return (
    <header class="lead-head">
      <a class="button quiet round back" href={toLeads} aria-label={t("lead.back")}>
        <Icon name="back" flips />
      </a>
      <div class="lead-name">
        <h1>{name ? <Words text={name} /> : t("leads.nameless")}</h1>
        <p>
          {data.phone && data.phone !== name && <bdi dir="ltr">{data.phone}</bdi>}
          <span class={human ? "badge person" : "badge ai"}>
            <Icon name={human ? "person" : "ai"} />
            {who}
          </span>
          {data.session && <span class="since">{t("lead.session", { time: clock(data.session.opened_at) })}</span>}
        </p>
      </div>
      {acts && <Steering data={data} conversation={conversation} />}
    </header>
  );
}

function Steering({ data, conversation }: { data: Memory; conversation: Conversation }) {
  const [busy, run] = useAction();
  const base = `/leads/${encodeURIComponent(data.lead)}`;
  const human = data.mode === "human";
  const act = (path: string, done: string) => () => {
    void run(() => post(`${base}/${path}`), done).then(() => after(conversation));
  };
  return (
    <div class="steering">
      {human ? (
        <Button disabled={busy} onClick={act("handback", t("lead.handedBack"))}>
          {t("lead.handBack")}
        </Button>
      ) : (
        <Button look="main" disabled={busy} onClick={act("takeover", t("lead.tookOver"))}>
          {t("lead.takeOver")}
        </Button>
      )}
      {data.session && (
        <Button look="quiet" disabled={busy} onClick={act("session/close", t("lead.closing"))}>
          {t("lead.close")}
        </Button>
      )}
    </div>
  );
}
