import { t } from "../i18n";
import { Button, Dialog } from "../ui/basics";

export function Help({ close }: { close: () => void }) {
  const keys: [string, string][] = [
    ["Alt L", t("help.list")],
    ["↑ ↓ Home End", t("help.arrows")],
    ["Enter", t("help.open")],
    ["Alt F", t("help.search")],
    ["Alt W", t("help.write")],
    ["Alt M", t("help.memory")],
    ["Ctrl Enter", t("help.send")],
    ["Esc", t("help.close")],
    ["Alt K", t("help.help")],
  ];
  return (
    <Dialog title={t("help.title")} close={close}>
      <dl class="keys">
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt dir="ltr">
              {key.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Button look="main" onClick={close}>
        {t("help.done")}
      </Button>
    </Dialog>
  );
}
