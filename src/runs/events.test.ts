import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEventFile, slowCrc32c } from "../../test/reference/event-file.ts";
import { crc32c } from "./crc32c.ts";
import { encodeEventFileStart, encodePoint } from "./events.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("crc32c", () => {
  it("is that of RFC 3720", () => {
    expect(crc32c(ascii("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  });

  it("equals the slow twin", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => crc32c(bytes) === slowCrc32c(bytes)));
  });
});

describe("event files", () => {
  it("begin with the bytes that TensorFlow writes", () => {
    const start = encodeEventFileStart(0, 0);
    // 26 bytes of event: the time 0.0, step 0, and "brain.Event:2".
    expect(Buffer.from(start.subarray(0, 8)).toString("hex")).toBe("1a00000000000000");
    expect(Buffer.from(start.subarray(12, 12 + 26)).toString("latin1")).toBe(
      "\u0009\0\0\0\0\0\0\0\0\u0010\0\u001a\u000dbrain.Event:2",
    );
  });

  it("are read back", () => {
    const picture = { height: 2, width: 3, bytes: Uint8Array.of(1, 2, 3) };
    const file = Buffer.concat([
      encodeEventFileStart(1.5, 7),
      encodePoint({ time: 2.5, samples: 2 ** 33, scalars: { "train/loss": 0.25, "val/mean IoU": 1 } }),
      encodePoint({ time: 3, samples: 9, images: { batch: picture } }),
    ]);
    const none = { scalars: {}, images: {} };
    expect(readEventFile(file)).toEqual([
      { time: 1.5, step: 0, version: "brain.Event:2", ...none },
      { time: 1.5, step: 7, sessionStatus: 1, ...none },
      { time: 2.5, step: 2 ** 33, scalars: { "train/loss": 0.25, "val/mean IoU": 1 }, images: {} },
      { time: 3, step: 9, scalars: {}, images: { batch: { ...picture, colors: 3 } } },
    ]);
  });
});
