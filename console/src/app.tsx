import { useEffect, useState } from "preact/hooks";
import { ApiError, get } from "./api/client";
import type { Me, Settings } from "./api/types";
import { language, suggest, t } from "./i18n";
import { expired } from "./lib/auth";
import { route } from "./lib/route";
import { listenToShortcuts } from "./lib/shortcuts";
import { useSignal } from "./lib/signal";
import { Empty, Failed, Said } from "./ui/basics";
import { FiguresView } from "./views/figures";
import { Help } from "./views/help";
import { Leads } from "./views/leads";
import { LeadView } from "./views/lead";
import { SettingsView } from "./views/settings";
import { Banners, Header } from "./views/shell";
import { SignInPage } from "./views/sign-in";

// What every view needs: who one is, and what the business has chosen.
export interface Desk {
  me: Me;
  settings: Settings;
  tag: string | null;
}

export function App() {
  useSignal(language);
  const [desk, setDesk] = useState<Desk | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [helps, setHelps] = useState(false);
  const load = async (): Promise<void> => {
    try {
      const [me, settings] = await Promise.all([get<Me>("/me"), get<Settings>("/settings")]);
      suggest(settings.data.language);
      setDesk({ me: me.data, settings: settings.data, tag: settings.tag });
      setError(null);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
  };
  useEffect(() => void load(), []);
  useEffect(() => listenToShortcuts(() => setHelps(true)), []);
  const ended = useSignal(expired);
  if (desk === null && ended) return <SignInPage failure="" />;
  if (desk === null) {
    return (
      <main class="wait">
        {error ? <Failed error={error} again={load} /> : <p role="status">{t("app.loading")}</p>}
        <Banners />
      </main>
    );
  }
  return (
    <>
      <Banners />
      <View desk={desk} setDesk={setDesk} help={() => setHelps(true)} />
      <Said />
      {helps && <Help close={() => setHelps(false)} />}
    </>
  );
}

function View({ desk, setDesk, help }: { desk: Desk; setDesk: (desk: Desk) => void; help: () => void }) {
  const here = useSignal(route);
  const open = here.view === "leads" ? here.lead : null;
  const header = <Header me={desk.me} business={desk.settings.name || desk.me.business} route={here} help={help} />;
  if (here.view === "figures") {
    return (
      <div class="frame">
        {header}
        <FiguresView />
      </div>
    );
  }
  if (here.view === "settings") {
    return (
      <div class="frame">
        {header}
        <SettingsView desk={desk} setDesk={setDesk} />
      </div>
    );
  }
  return (
    <div class={open === null ? "frame" : "frame has-lead"}>
      {header}
      <div class="columns">
        <Leads open={open} />
        {open === null ? (
          <section class="nothing" aria-label={t("lead.choose")}>
            <Empty icon="chats" title={t("lead.choose")} hint={t("lead.chooseHint")} />
          </section>
        ) : (
          <LeadView key={open} lead={open} desk={desk} />
        )}
      </div>
    </div>
  );
}
