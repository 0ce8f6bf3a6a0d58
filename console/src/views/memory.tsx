// What is remembered of a customer, with where each value comes from.

import type { Settings } from "../api/types";
import type { Desk } from "../app";
import { language, t, word } from "../i18n";
import type { Conversation } from "../lib/conversation";
import { full } from "../lib/format";
import { Empty } from "../ui/basics";
import { Actions } from "./actions";
import { FieldCard } from "./field";
import { Notes } from "./notes";
import { Privacy } from "./privacy";
import { Long } from "./timeline";

const STANDARD = ["name", "city", "service_interest", "preferences", "notes"];

interface PanelProps {
  lead: string;
  name: string;
  desk: Desk;
  conversation: Conversation;
  find: (message: string) => void;
}

// The fields the business keeps, in its order; then what stands in fields it had.
function fields(settings: Settings, profile: Record<string, unknown>): [string, string][] {
  const own = settings.fields?.map((field): [string, string] => [field.name, field.label || field.name]);
  const kept = own ?? STANDARD.map((name): [string, string] => [name, word("field", name)]);
  const others = Object.keys(profile).filter((name) => !kept.some(([one]) => one === name));
  return [...kept, ...others.map((name): [string, string] => [name, word("field", name)])];
}

export function MemoryPanel({ lead, name, desk, conversation, find }: PanelProps) {
  const { answer } = conversation.memory;
  if (!answer) return null;
  const { data } = answer;
  const profile = data.customer_profile_json;
  const known = Object.values(profile).some((field) => field.value || field.suggestions?.length);
  return (
    <div class="memory-body" lang={language.value}>
      <h2>{t("memory.title")}</h2>
      {!known && !data.last_summary && <Empty icon="note" title={t("memory.none")} hint={t("memory.noneHint")} />}
      {data.last_summary && (
        <section class="card summary" aria-labelledby="summary-title">
          <h3 id="summary-title">
            {t("memory.summary")} {data.summary_updated_at && <time dateTime={data.summary_updated_at}>{full(data.summary_updated_at)}</time>}
          </h3>
          <Long text={data.last_summary} />
        </section>
      )}
      <section aria-labelledby="profile-title">
        <h3 id="profile-title">{t("memory.profile")}</h3>
        <ul class="fields">
          {fields(desk.settings, profile).map(([field, label]) => (
            <FieldCard key={field} lead={lead} name={field} label={label} field={profile[field]} tag={answer.tag} desk={desk} memory={conversation.memory} find={find} />
          ))}
        </ul>
      </section>
      <Notes lead={lead} notes={conversation.notes} desk={desk} refresh={conversation.refresh} />
      {desk.settings.enable_actions && <Actions lead={lead} desk={desk} moment={answer.tag} />}
      {desk.me.role === "admin" && <Privacy lead={lead} name={name} />}
    </div>
  );
}
