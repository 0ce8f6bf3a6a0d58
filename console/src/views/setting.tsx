// One setting, as its schema says what it is.

import { language, t, word } from "../i18n";
import { blank, described, is, type Member, type Members, type Schema, schemaOf, type Value, whole } from "../lib/schema";
import { Button } from "../ui/basics";

export function Setting({ name, value, set }: { name: string; value: Value; set: (value: Value) => void }) {
  const schema = schemaOf(name);
  const id = `setting-${name}`;
  // The descriptions are the API's, which has one language.
  const hint = language.value === "en" ? described(schema) : "";
  const same = { id, schema, set, label: word("setting", name) };
  if (is(schema, "array") && is(whole(schema.items ?? {}), "object")) {
    return <Records {...same} name={name} value={value as Members[] | null} />;
  }
  if (is(schema, "object")) return <One {...same} value={value as Members | null} />;
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

interface PartsProps {
  id: string;
  schema: Schema;
  value: Members;
  set: (value: Members) => void;
}

// The members of one thing.
function Parts({ id, schema, value, set }: PartsProps) {
  return (
    <>
      {Object.entries(schema.properties ?? {}).map(([member, part]) => (
        <div key={member} class={is(whole(part), "boolean") ? "setting switch" : "setting"}>
          <label for={`${id}-${member}`}>{word("spec", member)}</label>
          <Input id={`${id}-${member}`} schema={whole(part)} value={value[member] ?? null} set={(one) => set({ ...value, [member]: one as Member })} />
        </div>
      ))}
    </>
  );
}

interface OneProps {
  id: string;
  label: string;
  schema: Schema;
  value: Members | null;
  set: (value: Value) => void;
}

// One thing with several members, or none of it: the quiet hours, who calls.
function One({ id, label, schema, value, set }: OneProps) {
  return (
    <div class="setting" role="group" aria-labelledby={id}>
      <p id={id} class="label">
        {label}
      </p>
      {value ? <Parts id={id} schema={schema} value={value} set={set} /> : <p class="hint">{t("settings.none")}</p>}
      {is(schema, "null") && (
        <Button look={value ? "quiet" : "plain"} onClick={() => set(value ? null : blank(schema))}>
          {t(value ? "settings.fieldRemove" : "settings.add")}
        </Button>
      )}
    </div>
  );
}

interface RecordsProps {
  id: string;
  name: string;
  label: string;
  schema: Schema;
  value: Members[] | null;
  set: (value: Value) => void;
}

// Some of a kind, each with its own members: the fields of the profile, templates.
function Records({ id, name, label, schema, value, set }: RecordsProps) {
  const item = whole(schema.items ?? {});
  const rows = value ?? [];
  const isFields = name === "fields";
  const put = (place: number, row: Members | null): void => {
    const next = rows.flatMap((one, n) => (n !== place ? [one] : row ? [row] : []));
    set(next.length > 0 ? next : null);
  };
  return (
    <div class="setting" role="group" aria-labelledby={id}>
      <p id={id} class="label">
        {label}
      </p>
      {isFields ? <p class="hint">{t(value ? "settings.fieldsOwn" : "settings.fieldsStandard")}</p> : rows.length === 0 && <p class="hint">{t("settings.none")}</p>}
      {rows.map((row, n) => (
        <fieldset key={n} class="record">
          <legend>{t(isFields ? "settings.field" : "settings.one", { n: n + 1 })}</legend>
          <Parts id={`${id}-${n}`} schema={item} value={row} set={(one) => put(n, one)} />
          <Button look="quiet" onClick={() => put(n, null)}>
            {t("settings.fieldRemove")}
          </Button>
        </fieldset>
      ))}
      {rows.length < (schema.maxItems ?? Infinity) && <Button onClick={() => set([...rows, blank(item)])}>{t(isFields ? "settings.fieldAdd" : "settings.add")}</Button>}
    </div>
  );
}
