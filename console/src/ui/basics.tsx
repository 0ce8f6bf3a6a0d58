// Small parts that every view is made of.

import type { ButtonHTMLAttributes, ComponentChildren, HTMLAttributes } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "../api/client";
import { type Key, t } from "../i18n";
import { Signal, useSignal } from "../lib/signal";

// What a person or a customer wrote: in its own direction, whatever stands around it.
export function Words({ text, ...rest }: { text: string } & HTMLAttributes<HTMLElement>) {
  return (
    <bdi dir="auto" {...rest}>
      {text}
    </bdi>
  );
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { look?: "main" | "plain" | "danger" | "quiet" };

export function Button({ look = "plain", class: more = "", ...rest }: ButtonProps) {
  return <button type="button" class={`button ${look} ${String(more)}`} {...rest} />;
}

const icons = {
  whatsapp: "M4 20l1.3-4A8 8 0 1 1 8 18.7L4 20z",
  call: "M6 3h3l2 5-2.5 1.5a12 12 0 0 0 6 6L16 13l5 2v3a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-7 8a7 7 0 0 1 14 0",
  ai: "M12 3v4M12 17v4M3 12h4M17 12h4M6 6l2.5 2.5M15.5 15.5 18 18M18 6l-2.5 2.5M8.5 15.5 6 18",
  back: "M15 5l-7 7 7 7",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zm5-2 5 5",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5",
  close: "M6 6l12 12M18 6 6 18",
  chats: "M4 5h16v11H9l-5 4z",
  figures: "M4 20h16M7 20v-6M12 20V6M17 20v-9",
  settings: "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
  keys: "M3 6h18v12H3zM7 10h.01M12 10h.01M17 10h.01M8 14h8",
  theme: "M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z",
  language: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
  leave: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
} as const;

export type IconName = keyof typeof icons;

export function Icon({ name, flips = false }: { name: IconName; flips?: boolean }) {
  return (
    <svg class={flips ? "icon flips" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={icons[name]} />
    </svg>
  );
}

export function Empty({ title, hint, icon }: { title: string; hint?: string; icon?: IconName }) {
  return (
    <div class="empty">
      {icon && <Icon name={icon} />}
      <p class="empty-title">{title}</p>
      {hint && <p>{hint}</p>}
    </div>
  );
}

// What happened, shown for a while and read out.
const said = new Signal<{ text: string; bad: boolean } | null>(null);
let fading: ReturnType<typeof setTimeout> | undefined;

export function say(text: string, bad = false): void {
  clearTimeout(fading);
  said.value = { text, bad };
  fading = setTimeout(() => (said.value = null), bad ? 12_000 : 5_000);
}

export function Said() {
  const now = useSignal(said);
  return (
    <div class="said" role="status" aria-live="polite">
      {now && <p class={now.bad ? "toast bad" : "toast"}>{now.text}</p>}
    </div>
  );
}

const known = [0, 403, 404, 412, 429, 503];

export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.other", { reason: String(error) });
  if (error.status === 401) return t("expired.text");
  if (known.includes(error.status)) return t(`error.${error.status}` as Key);
  const { detail, field } = error.problem;
  const reason = [field, detail].filter(Boolean).join(": ") || `${error.status}`;
  return t(error.status === 409 ? "error.409" : "error.other", { reason });
}

export function Failed({ error, again }: { error: ApiError; again: () => unknown }) {
  return (
    <div class="failed" role="alert">
      <p>{explain(error)}</p>
      <Button onClick={() => void again()}>{t("error.retry")}</Button>
    </div>
  );
}

interface DialogProps {
  title: string;
  close: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, close, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="dialog-title" onClose={close}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}
