import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OptionError } from "../../errors.ts";
import { findPhotos } from "./find-photos.ts";

let folder: string;
const at = (...names: readonly string[]): string[] => names.map((name) => join(folder, name));
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-"));
  await mkdir(join(folder, "in", "deep.jpg"), { recursive: true });
  await mkdir(join(folder, "empty"));
  for (const name of ["b.jpg", "a.PNG", "c.txt", "in/d.webp", "in/deep.jpg/e.jpg", "odd[1].jpg"]) {
    await writeFile(join(folder, name), "");
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe("findPhotos", () => {
  it("takes files as they are, there or not", async () => {
    expect(await findPhotos(at("c.txt", "none.jpg"))).toEqual(at("c.txt", "none.jpg"));
  });

  it("lists what looks like a photo in a folder, not below it", async () => {
    expect(await findPhotos([folder])).toEqual(at("a.PNG", "b.jpg", "odd[1].jpg"));
    expect(await findPhotos([`${join(folder, "in")}/`])).toEqual(at("in/d.webp"));
  });

  it("expands patterns", async () => {
    expect(await findPhotos(at("*.{jpg,PNG}"))).toEqual(at("a.PNG", "b.jpg", "odd[1].jpg"));
    expect(await findPhotos(at("**/*.{webp,jpg}"))).toEqual(
      at("b.jpg", "in/d.webp", "in/deep.jpg/e.jpg", "odd[1].jpg"),
    );
  });

  it("takes a file whose name looks like a pattern for the file", async () => {
    expect(await findPhotos(at("odd[1].jpg"))).toEqual(at("odd[1].jpg"));
  });

  it("names each photo once, however it was found", async () => {
    expect(await findPhotos([...at("b.jpg"), folder, ...at("in/../b.jpg")])).toHaveLength(3);
  });

  it.each(["empty", "*.gif"])("refuses %s, which has none", async (name) => {
    await expect(findPhotos(at(name))).rejects.toThrow(OptionError);
    await expect(findPhotos(at(name))).rejects.toThrow("expected at least 1 photo (.jpg, .jpeg, .png,");
  });
});
