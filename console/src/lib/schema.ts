// The settings by their schema, of which the form is made.

import schemas from "schema:settings";

export type Member = string | number | boolean | null | string[];
export type Members = Record<string, Member>;
export type Value = Member | Members | Members[];

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  oneOf?: Schema[];
  description?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
}

const all = schemas as unknown as Record<string, Schema>;

// With what it refers to.
export function whole(schema: Schema): Schema {
  const one = schema.oneOf?.find((part) => part.type !== "null");
  if (one) {
    const meant = whole(one);
    return { ...meant, type: is(meant, "object") ? ["object", "null"] : "string" };
  }
  const named = schema.$ref ? all[schema.$ref.split("/").pop() ?? ""] : undefined;
  return named ? { ...named, ...schema } : schema;
}

export function schemaOf(name: string): Schema {
  return whole(all.Settings?.properties?.[name] ?? {});
}

export function is(schema: Schema, type: string): boolean {
  return Array.isArray(schema.type) ? schema.type.includes(type) : schema.type === type;
}

// What a new one of its kind begins with.
export function blank(schema: Schema): Members {
  const first = (part: Schema): Member => {
    if (is(part, "boolean")) return false;
    if (is(part, "integer")) return 200;
    return is(part, "array") ? [] : "";
  };
  const required = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name));
  return Object.fromEntries(required.map(([name, part]) => [name, first(whole(part))]));
}

// One sentence for people; where something stands in the documents they do not ask.
export function described(schema: Schema): string {
  return (schema.description ?? "").replace(/\s*\(docs\/[^)]*\)/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/`/g, "").replace(/\s+/g, " ");
}

const order: Record<string, string[]> = {
  basics: ["name", "enable_customer_service", "language", "country", "time_zone"],
  ai: ["instructions", "disclose_ai", "disclosure", "quiet_ms", "max_wait_ms", "ask_early", "quote_answered", "step_back_minutes", "ask_number"],
  memory: ["fields", "resume_max_gap_days", "resume_prompt"],
  actions: ["enable_actions", "quiet_hours", "quiet_days", "templates", "caller"],
  media: ["transcription_model", "voice_minutes_per_day", "key_words", "sees_images"],
};

// What nobody put in a group stands in the last one.
export function groups(): [string, string[]][] {
  const names = Object.keys(all.Settings?.properties ?? {});
  const named = new Set(Object.values(order).flat());
  const grouped = Object.entries(order).map(([group, some]): [string, string[]] => [group, some.filter((name) => names.includes(name))]);
  return [...grouped, ["other", names.filter((name) => !named.has(name))]];
}
