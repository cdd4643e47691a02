import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { configJsonSchema } from "./config-schema.ts";

type Schema = z.core.JSONSchema.JSONSchema;

/** All keys below a schema with their own schemas; members of a union one after another. */
function keysOf(schema: Schema, prefix = ""): [string, Schema][] {
  const members = (schema.oneOf ?? schema.anyOf ?? []).flatMap((member) => keysOf(member, prefix));
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]): [string, Schema][] => {
    const key = `${prefix}${name}`;
    if (typeof inner === "boolean") return [];
    const entries = typeof inner.items === "object" && !Array.isArray(inner.items) ? inner.items : {};
    return [[key, inner], ...keysOf(inner, `${key}.`), ...keysOf(entries, `${key}[].`)];
  });
  return [...own, ...members];
}

describe("configJsonSchema", () => {
  const keys = keysOf(configJsonSchema());

  it("has a sentence on every key, once", () => {
    expect(keys.length).toBeGreaterThan(50);
    for (const [key, { description }] of keys) expect(description, key).toMatch(/^[A-Z].*\.$/);
  });

  it("requires nothing, and allows no other keys", () => {
    expect(JSON.stringify(configJsonSchema())).not.toContain('"required"');
    for (const [key, schema] of keys) if (schema.properties) expect(schema.additionalProperties, key).toBe(false);
  });

  it("has defaults and choices", () => {
    const byKey = new Map(keys);
    expect(byKey.get("schedule.type")).toMatchObject({
      default: "cosine",
      enum: ["step", "poly", "cosine", "plateau"],
    });
    expect(byKey.get("solver.beta1")).toMatchObject({ default: 0.9, minimum: 0, exclusiveMaximum: 1 });
  });
});
