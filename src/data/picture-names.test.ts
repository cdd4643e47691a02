import { describe, expect, it } from "vitest";
import { isPictureName, pictureId, similarName } from "./picture-names.ts";

describe("names of pictures", () => {
  it("have an ending that is known, in any letters, and no dot in front", () => {
    expect(["a.jpg", "b.JPEG", "c.d.Png", "e.tif"].every(isPictureName)).toBe(true);
    expect(["a.txt", "jpg", ".jpg", "._a.jpg", "a.jpg.txt", "a.heic"].some(isPictureName)).toBe(false);
  });

  it("are ids without it, with accents as one character", () => {
    expect(["a.jpg", "b.c.PNG", "v1.2", "e\u0301.webp"].map(pictureId)).toEqual(["a", "b.c", "v1.2", "\u00e9"]);
  });
});

describe("similarName", () => {
  it.each<[id: string, name: string]>([
    ["cat", "cat_mask.png"],
    ["cat", "mask-cat.png"],
    ["cat", "cat.json"],
    ["cat", "Cat.HEIC"],
    ["cat_mask", "cat.jpg"],
    ["img_0001_label ids", "img_0001.jpg"],
  ])("of %s is %s", (id, name) => expect(similarName(id, ["dog.png", name, "bird.jpg"])).toBe(name));

  it("is rather the same name than a longer one", () => {
    expect(similarName("cat", ["big_cat.png", "cat.txt"])).toBe("cat.txt");
  });

  it.each(["cat_2.jpg", "2_cat.jpg", "cats.jpg", "tomcat.jpg", ".cat.jpg", "._cat.jpg", "_.jpg", ".png"])(
    "of cat is not %s",
    (name) => expect(similarName("cat", [name])).toBeUndefined(),
  );
});
