import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { OptionError } from "../errors.ts";
import { configJsonSchema } from "./config-schema.ts";
import { readTrainConfig } from "./read-config.ts";

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

  it("requires what has no default only, and allows no other keys", () => {
    const required = keys.flatMap(([key, { required = [] }]) => required.map((name) => `${key}.${name}`));
    const items = configJsonSchema().properties?.["data"] as Schema;
    const sets = items.properties?.["sets"] as Schema;
    expect(required).toEqual([]);
    expect(sets.items).toMatchObject({ required: ["folder"] });
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

describe("editors and the reader agree on", () => {
  const editor = z.fromJSONSchema(configJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  it.each([
    ["", true],
    ["solver: {}", true],
    ["solver: {weightDecay: 0.1}", true],
    ["solver: {type: sgd, momentum: 0.5}", true],
    ["solver: {momentum: 0.5}", false],
    ["solver: {type: sgd, beta1: 0.5}", false],
    ["solver: {type: adam}", false],
    ["solver: {epsilon: 1}", false],
    ["solver: sgd", false],
    ["solver: []", false],
    ["data: {sets: [{folder: a, weight: 2}]}", true],
    ["data: {sets: [{}]}", false],
    ["data: {sets: [{folder: a, val: b}]}", false],
    ["data: {wanted: [background, cat]}", true],
    ["data: {wanted: [cat]}", false],
    ["data: {map: {255: 1}}", false],
    ["model: {options: {inputSize: 224, decoderLayers: [3, 3, 3, 2, 2]}}", true],
    ["model: {options: {inputSize: 225}}", false],
    ["model: {options: {decoderLayers: [3, 3, 3, 3, 3]}}", false],
    ["model: {options: {widths: [1, 2, 3, 4]}}", false],
    ["augment: {longerSide: [32, 64], color: {}}", true],
    ["augment: {longerSide: [32]}", false],
    ["augment: {longerSide: [0.5, 64]}", false],
    ["distill: {layers: {conv5_3: features}}", true],
    ["distill: {layers: {conv5_3: 1}}", false],
    ["schedule:", false],
    ["workers: 257", false],
    ["seed: 1.5", false],
    ["sampels: 1", false],
  ])("%s", (text, accepted) => {
    const reads = (): unknown => readTrainConfig(text);
    if (accepted) expect(reads).not.toThrow();
    else expect(reads).toThrow(OptionError);
    expect(editor.safeParse(parse(text) ?? {}).success).toBe(accepted);
  });
});
