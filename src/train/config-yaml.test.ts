import { describe, expect, it } from "vitest";
import { configYaml } from "./config-yaml.ts";
import { readTrainConfig } from "./read-config.ts";

describe("configYaml", () => {
  it("is read back as the same settings", () => {
    expect(readTrainConfig(configYaml(readTrainConfig("")))).toEqual(readTrainConfig(""));
    const sets = ["solver.type=sgd", "data.map=['255=1']", "model.options.widths=[8, 8, 16, 16, 16]", "from='a: #b'"];
    const more = ["data.sets=[{folder: more, weight: 0.5, map: ['255=1']}]", "distill.layers={conv5_3: features}"];
    const changed = readTrainConfig("", [...sets, ...more, "data.classes=[background, 'yes', '1']", "threads=2"]);
    expect(readTrainConfig(configYaml(changed))).toEqual(changed);
  });

  it("has a sentence before each key, and keys without a value as comments", () => {
    const lines = configYaml(readTrainConfig("")).trimEnd().split("\n");
    for (const [i, line] of lines.entries()) {
      if (!/^\s*(# )?\w+:/.test(line)) expect(line).toMatch(/^\s*# [A-Z].*\.$/);
      else expect(lines[i - 1]).toMatch(/^\s*# [A-Z].*\.$/);
    }
    expect(lines.join("\n")).toContain(
      "  # How the learning rate falls: in steps, as a power of what is left, along half a cosine, or when validations get no better. One of: step, poly, cosine, plateau.\n  type: cosine\n",
    );
    expect(lines).toContain("# threads:");
    expect(lines).toContain("  # classes:");
  });

  it("can hold some settings only", () => {
    expect(configYaml({ seed: 3, data: { train: "all" } }, false)).toBe(
      "# The splits and the classes.\ndata:\n  # The split to train on; `all` is every photo with a label map, with a teacher every photo.\n  train: all\n" +
        "# The same seed gives the same training.\nseed: 3\n",
    );
  });
});
