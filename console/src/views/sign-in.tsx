import { useState } from "preact/hooks";
import { language, t } from "../i18n";
import { signIn } from "../lib/auth";
import { useSignal } from "../lib/signal";
import { Button } from "../ui/basics";
import { LanguageButton } from "./shell";

export function SignInPage({ failure }: { failure: string }) {
  useSignal(language);
  const [reason, set] = useState(failure);
  const begin = (): void => {
    signIn().catch((error: unknown) => set(error instanceof Error ? error.message : String(error)));
  };
  return (
    <main class="sign-in">
      <div class="card">
        <span class="mark" aria-hidden="true">
          Z
        </span>
        <h1>{t("app.name")}</h1>
        <p class="lead">{t("signIn.title")}</p>
        <p>{t("signIn.text")}</p>
        {reason && (
          <p class="failed" role="alert">
            {t("signIn.failed", { reason })}
          </p>
        )}
        <Button look="main" class="wide" onClick={begin}>
          {t("signIn.button")}
        </Button>
        <LanguageButton />
      </div>
    </main>
  );
}
