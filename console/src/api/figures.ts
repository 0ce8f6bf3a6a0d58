// The figures of a business.

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Figures = Schemas["FiguresDocument"];
export type Times = Schemas["Times"];
export type Counted = Schemas["CountedSession"];
export type CountedPage = Schemas["CountedPage"];
// Numbers by the name of what they count; what is 0 is left out.
export type Counts = Schemas["DayDocument"]["counts"];

// Whether the API this console was built for has them.
declare const HAS_FIGURES: boolean;
export const hasFigures: boolean = HAS_FIGURES;
