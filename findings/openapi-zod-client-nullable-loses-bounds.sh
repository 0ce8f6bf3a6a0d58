#!/usr/bin/env bash
# openapi-zod-client 1.18.3 (npm): of an OpenAPI 3.1 schema that may be null, bounds are lost without a word: the longest
# length, the least value, the most items, even that a number is whole; and a `const` becomes anything, or any text. `type`
# may be a list, and each bound goes on holding for the values of its kind; a `const` allows one value
# (https://json-schema.org/draft/2020-12/json-schema-validation#section-6.1.1 and #section-6.1.3, which
# https://spec.openapis.org/oas/v3.1.0#schema-object takes over). The same members without null keep all bounds, so a field
# that became nullable is checked no longer, in a client that looks as before.
# Seen: the lines below, of the generated file. Ours describes its nullable fields by such lists.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/api.yaml" <<'EOF'
openapi: 3.1.0
info: {title: Leads, version: "1"}
paths:
  /leads:
    post:
      operationId: addLead
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Lead"}}}
      responses: {"204": {description: added}}
components:
  schemas:
    Lead:
      type: object
      required: [city, nullable_city, visits, nullable_visits, notes, nullable_notes, kind, version]
      properties:
        city: {type: string, maxLength: 20}
        nullable_city: {type: [string, "null"], maxLength: 20}
        visits: {type: integer, minimum: 0}
        nullable_visits: {type: [integer, "null"], minimum: 0}
        notes: {type: array, items: {type: string}, maxItems: 5}
        nullable_notes: {type: [array, "null"], items: {type: string}, maxItems: 5}
        kind: {type: string, const: lead}
        version: {const: 2}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts openapi-zod-client@1.18.3
./node_modules/.bin/openapi-zod-client api.yaml --output api.ts > /dev/null 2>&1
seen=$(grep -E '^ +(nullable_)?(city|visits|notes|kind|version): z' api.ts | sed 's/^ *//')
echo "$seen"
[ "$seen" = 'city: z.string().max(20),
nullable_city: z.union([z.string(), z.null()]),
visits: z.number().int().gte(0),
nullable_visits: z.union([z.number(), z.null()]),
notes: z.array(z.string()).max(5),
nullable_notes: z.union([z.array(z.string()), z.null()]),
kind: z.string(),
version: z.unknown(),' ] || { echo 'changed: bounds of nullable schemas are written otherwise'; exit 1; }
