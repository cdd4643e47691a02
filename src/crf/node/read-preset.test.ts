import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OptionError } from "../../errors.ts";
import { CRF_PRESETS, PAPER_CRF, PYDENSECRF_EXAMPLE } from "../index.ts";
import { crfPresetText, readCrfPreset } from "../node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "preset-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, "preset.yaml");
  await writeFile(path, text);
  return path;
}

describe("readCrfPreset", () => {
  it("finds presets by name, and applies changes in order", async () => {
    expect(await readCrfPreset("paper")).toEqual(PAPER_CRF);
    const changed = await readCrfPreset("pydensecrf", [
      "appearance.colorStd=[9, 9, 20]",
      "iterations=3",
      "iterations=7",
      "normalization=after",
    ]);
    expect(changed).toEqual({
      ...PYDENSECRF_EXAMPLE,
      appearance: { spatialStd: 80, colorStd: [9, 9, 20], weight: 10 },
      normalization: "after",
      iterations: 7,
    });
  });

  it("reads back what crfPresetText wrote, and JSON", async () => {
    for (const preset of Object.values(CRF_PRESETS)) {
      const text = crfPresetText(preset, ["where it is from: here"]);
      expect(text.startsWith(`# where it is from: here\nsize: ${preset.size}\n`)).toBe(true);
      expect(await readCrfPreset(await file(text))).toEqual(preset);
      expect(await readCrfPreset(await file(JSON.stringify(preset)))).toEqual(preset);
    }
  });

  it("adds a kernel from changes alone", async () => {
    const path = await file("{ size: 100, normalization: symmetric, iterations: 1 }");
    const preset = await readCrfPreset(path, ["smoothness.weight=2", "smoothness.spatialStd=1.5"]);
    expect(preset.smoothness).toEqual({ spatialStd: 1.5, weight: 2 });
  });

  it.each<[string, string, readonly string[], RegExp]>([
    ["YAML that is none", "size: [", [], /preset\.yaml: expected YAML, got: /],
    ["a list", "- 1", [], /preset\.yaml: expected keys and values, got \[1\]/],
    ["an empty file", "", [], /expected keys and values, got null/],
    ["an unknown key", "colour: 3", [], /preset\.yaml: expected a key of .*got "colour"/],
    ["a change without a value", "size: 1", ["iterations"], /--set: expected KEY=VALUE .*got "iterations"/],
    ["a change of an unknown key", "size: 1", ["iteration=3"], /--set iteration=3: .*Did you mean "iterations"\?/],
  ])("refuses %s", async (_, text, sets, message) => {
    const path = await file(text);
    await expect(readCrfPreset(path, sets)).rejects.toThrow(OptionError);
    await expect(readCrfPreset(path, sets)).rejects.toThrow(message);
  });

  it("names the presets when there is no such file", async () => {
    await expect(readCrfPreset("papper")).rejects.toThrow(
      /expected a preset \(paper, pydensecrf, compact\) or a file of one, got "papper": ENOENT/,
    );
  });
});
