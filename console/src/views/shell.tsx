// What stands around every view: where one is, who one is, and what is in the way.

import { trouble } from "../api/client";
import { hasFigures } from "../api/figures";
import type { Me } from "../api/types";
import { choose, language, t, word } from "../i18n";
import { expired, signIn, signOut } from "../lib/auth";
import { toFigures, toLeads, toSettings, type Route } from "../lib/route";
import { useSignal } from "../lib/signal";
import { nextTheme, theme } from "../lib/theme";
import { Button, Icon, Words } from "../ui/basics";

export function LanguageButton() {
  const other = language.value === "he" ? "en" : "he";
  return (
    <Button look="quiet" lang={other} onClick={() => choose(other)}>
      <Icon name="language" />
      <span class="label">{t("nav.language")}</span>
    </Button>
  );
}

function Place({ to, here, icon, text }: { to: string; here: boolean; icon: "chats" | "settings" | "figures"; text: string }) {
  return (
    <a class="place" href={to} aria-current={here ? "page" : undefined}>
      <Icon name={icon} />
      <span class="label">{text}</span>
    </a>
  );
}

interface HeaderProps {
  me: Me;
  business: string;
  route: Route;
  help: () => void;
}

export function Header({ me, business, route, help }: HeaderProps) {
  const colours = t("nav.theme", { theme: t(`theme.${useSignal(theme)}`) });
  return (
    <header class="top">
      <a class="skip" href="#main" onClick={skip}>
        {t("app.skip")}
      </a>
      <span class="mark" aria-hidden="true">
        Z
      </span>
      <Words class="business" text={business} />
      <nav aria-label={t("nav.main")}>
        <Place to={toLeads} here={route.view === "leads"} icon="chats" text={t("nav.conversations")} />
        {hasFigures && <Place to={toFigures} here={route.view === "figures"} icon="figures" text={t("nav.figures")} />}
        <Place to={toSettings} here={route.view === "settings"} icon="settings" text={t("nav.settings")} />
      </nav>
      <div class="tools">
        <span class="role">{word("role", me.role)}</span>
        <Button look="quiet" class="round" aria-label={t("nav.help")} title={t("nav.help")} onClick={help}>
          <Icon name="keys" />
        </Button>
        <Button look="quiet" class="round" aria-label={colours} title={colours} onClick={nextTheme}>
          <Icon name="theme" />
        </Button>
        <LanguageButton />
        <Button look="quiet" aria-label={t("nav.signOut")} onClick={() => void signOut()}>
          <Icon name="leave" flips />
          <span class="label">{t("nav.signOut")}</span>
        </Button>
      </div>
    </header>
  );
}

// The address belongs to the view: focus goes, the address stays.
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

export function Banners() {
  const [ended, way] = [useSignal(expired), useSignal(trouble)];
  return (
    <div class="banners" role="alert">
      {ended && (
        <p class="banner">
          {t("expired.text")}
          <Button look="main" onClick={() => void signIn()}>
            {t("expired.button")}
          </Button>
        </p>
      )}
      {way && <p class="banner">{t(`trouble.${way}`)}</p>}
    </div>
  );
}
