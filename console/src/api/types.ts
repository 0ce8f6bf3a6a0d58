// The shapes of the API under short names.

import type { components } from "./schema";

type Schemas = components["schemas"];

export type LeadRow = Schemas["LeadRow"];
export type LeadPage = Schemas["LeadPage"];
export type Memory = Schemas["MemoryDocument"];
export type Field = Schemas["Field"];
export type Suggestion = Schemas["Suggestion"];
export type Note = Schemas["NoteDocument"];
export type NotePage = Schemas["NotePage"];
export type Action = Schemas["ActionDocument"];
export type ActionPage = Schemas["ActionPage"];
export type Message = Schemas["MessageDocument"];
export type MessagePage = Schemas["MessagePage"];
export type Call = Schemas["CallDocument"];
export type CallPage = Schemas["CallPage"];
export type Origin = Schemas["Origin"];
export type Receipt = Schemas["Receipt"];
export type Settings = Schemas["SettingsDocument"];
export type FieldSpec = Schemas["FieldSpec"];
export type Me = Schemas["Me"];
export type Webhook = Schemas["WebhookDocument"];
export type WebhookEntry = Schemas["WebhookEntry"];
export type WebhookSecret = Schemas["WebhookSecretDocument"];
export type Delivery = Schemas["DeliveryDocument"];
export type DeliveryPage = Schemas["DeliveryPage"];
export type Problem = Schemas["Problem"];
