// One setting, as its schema says what it is.

import { language, t, word } from "../i18n";
import { described, is, type Schema, schemaOf, type Value, whole } from "../lib/schema";
import { Button } from "../ui/basics";

type Record_ = Record<string, string | number | boolean | null>;

export function Setting({ name, value, set }: { name: string; value: Value; set: (value: Value) => void }) {
  const schema = schemaOf(name);
  const id = `setting-${name}`;
  // The descriptions are the API's, which has one language.
  const hint = language.value === "en" ? described(schema) : "";
  if (is(schema, "array") && is(whole(schema.items ?? {}), "object")) {
    return <Records id={id} label={word("setting", name)} schema={schema} value={value as Record_[] | null} set={set} />;
  }
  return (
    <div class={is(schema, "boolean") ? "setting switch" : "setting"}>
      <label for={id}>{word("setting", name)}</label>
      <Input id={id} schema={schema} value={value} set={set} hint={hint ? `${id}-hint` : undefined} />
      {hint && (
        <p id={`${id}-hint`} class="hint" lang="en" dir="ltr">
          {hint}
        </p>
      )}
    </div>
  );
}

interface InputProps {
  id: string;
  schema: Schema;
  value: Value;
  set: (value: Value) => void;
  hint?: string | undefined;
}

function Input({ id, schema, value, set, hint }: InputProps) {
  const same = { id, "aria-describedby": hint };
  const empty = is(schema, "null") ? null : "";
  if (is(schema, "boolean")) {
    return <input {...same} type="checkbox" checked={value === true} onChange={(event) => set(event.currentTarget.checked)} />;
  }
  if (schema.enum) {
    return (
      <select {...same} value={String(value ?? "")} onChange={(event) => set(event.currentTarget.value || null)}>
        {value === null && <option value="">{t("settings.none")}</option>}
        {schema.enum.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    );
  }
  if (is(schema, "integer")) {
    return (
      <input
        {...same}
        type="number"
        required
        min={schema.minimum}
        max={schema.maximum}
        value={Number(value ?? 0)}
        onChange={(event) => set(event.currentTarget.valueAsNumber || 0)}
      />
    );
  }
  if (is(schema, "array")) {
    const text = ((value ?? []) as string[]).join("\n");
    const lines = (typed: string): string[] => typed.split("\n").map((one) => one.trim()).filter(Boolean);
    return (
      <textarea {...same} dir="auto" rows={4} placeholder={t("settings.lines")} value={text} onChange={(event) => set(lines(event.currentTarget.value))} />
    );
  }
  if ((schema.maxLength ?? 0) > 1000) {
    return <textarea {...same} dir="auto" rows={8} maxLength={schema.maxLength} value={String(value ?? "")} onInput={(event) => set(event.currentTarget.value)} />;
  }
  return (
    <input
      {...same}
      dir="auto"
      maxLength={schema.maxLength}
      pattern={schema.pattern?.replace(/^\^|\$$/g, "")}
      value={String(value ?? "")}
      onInput={(event) => set(event.currentTarget.value || empty)}
    />
  );
}

interface RecordsProps {
  id: string;
  label: string;
  schema: Schema;
  value: Record_[] | null;
  set: (value: Value) => void;
}

// Some of a kind, each with its own members: the fields of the profile.
function Records({ id, label, schema, value, set }: RecordsProps) {
  const item = whole(schema.items ?? {});
  const rows = value ?? [];
  const put = (place: number, row: Record_ | null): void => {
    const next = rows.flatMap((one, n) => (n !== place ? [one] : row ? [row] : []));
    set(next.length > 0 ? next : null);
  };
  const fresh: Record_ = { name: "", label: "", description: "", max_chars: 200 };
  return (
    <div class="setting" role="group" aria-labelledby={id}>
      <p id={id} class="label">
        {label}
      </p>
      <p class="hint">{t(value ? "settings.fieldsOwn" : "settings.fieldsStandard")}</p>
      {rows.map((row, n) => (
        <fieldset key={n} class="record">
          <legend>{t("settings.field", { n: n + 1 })}</legend>
          {Object.entries(item.properties ?? {}).map(([member, part]) => (
            <div key={member} class={is(whole(part), "boolean") ? "setting switch" : "setting"}>
              <label for={`${id}-${n}-${member}`}>{word("spec", member)}</label>
              <Input id={`${id}-${n}-${member}`} schema={whole(part)} value={row[member] ?? null} set={(one) => put(n, { ...row, [member]: one as string })} />
            </div>
          ))}
          <Button look="quiet" onClick={() => put(n, null)}>
            {t("settings.fieldRemove")}
          </Button>
        </fieldset>
      ))}
      {rows.length < (schema.maxItems ?? Infinity) && <Button onClick={() => set([...rows, fresh])}>{t("settings.fieldAdd")}</Button>}
    </div>
  );
}
