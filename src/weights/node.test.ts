import { execFile } from "node:child_process";
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BackendError, FormatError, OptionError } from "../errors.ts";
import type { Tensor } from "../onnx/index.ts";
import { decodeModelFile, encodeModelFile, type ModelFile } from "./model-file.ts";
import { readAt, writeAt } from "./node/positioned-io.ts";
import {
  openSafetensors,
  readModelFile,
  readSafetensors,
  writeFileAtomically,
  writeModelFile,
  writeSafetensors,
} from "./node.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deconvnet-weights-"));
  path = join(folder, "model.safetensors");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

function float32(...values: number[]): Tensor {
  return { type: "float32", shape: [values.length], data: Float32Array.from(values) };
}

const TENSORS = new Map<string, Tensor>([
  ["a", float32(1, 2, 3)],
  ["half", { type: "float16", shape: [3], data: Uint16Array.of(1, 2, 3) }],
  ["b", { type: "int64", shape: [2], data: BigInt64Array.of(5n, -6n) }],
  ["empty", float32()],
]);
const METADATA = new Map([["k", "v"]]);

/** The prototype of the file handles that Node gives out, to make a method of all of them fail. */
async function fileHandlePrototype(): Promise<{ write: () => Promise<unknown>; sync: () => Promise<void> }> {
  const handle = await open(folder, "r");
  await handle.close();
  return Object.getPrototypeOf(handle);
}

describe("readSafetensors and writeSafetensors", () => {
  test("write the bytes of encodeSafetensors and read them back", async () => {
    await writeSafetensors(path, TENSORS, METADATA);
    expect(new Uint8Array(await readFile(path))).toEqual(encodeSafetensors(TENSORS, METADATA));
    expect(await readSafetensors(path)).toEqual({ tensors: TENSORS, metadata: METADATA });
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });

  test("replace a file, keep its permissions, and write through a symbolic link", async () => {
    await writeFile(path, "old");
    await chmod(path, 0o600);
    const link = join(folder, "link");
    await symlink(path, link);
    await writeSafetensors(link, TENSORS);
    expect((await readSafetensors(path)).tensors).toEqual(TENSORS);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(["link", "model.safetensors"]);
  });

  test("a tensor that is a view of a larger array is written alone", async () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    await writeSafetensors(path, new Map([["x", { type: "float32", shape: [2], data }]]));
    expect((await readSafetensors(path)).tensors.get("x")?.data).toEqual(Float32Array.of(1, 2));
  });

  test("a full disk is one clear error, the old file stays, no temporary file does", async () => {
    await writeSafetensors(path, TENSORS, METADATA);
    const before = await readFile(path);
    const prototype = await fileHandlePrototype();
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    vi.spyOn(prototype, "write").mockResolvedValueOnce({ bytesWritten: 8 }).mockRejectedValueOnce(full);
    const size = encodeSafetensors(new Map([["x", float32(7)]])).length;
    const writing = writeSafetensors(path, new Map([["x", float32(7)]]));
    await expect(writing).rejects.toThrow(BackendError);
    await expect(writing).rejects.toThrow(
      `writeSafetensors: expected room for ${size} bytes, got a full disk (ENOSPC) while writing ${path}. ` +
        "Free space or choose another folder; a file that was there before is unchanged.",
    );
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });

  test("a disk that fails on the flush leaves the old file too", async () => {
    await writeFile(path, "old");
    const broken = Object.assign(new Error("i/o error"), { code: "EIO" });
    vi.spyOn(await fileHandlePrototype(), "sync").mockRejectedValueOnce(broken);
    await expect(writeSafetensors(path, TENSORS)).rejects.toThrow("a failing disk (EIO)");
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });

  test("a missing folder, or a folder in the file's place", async () => {
    const missing = writeSafetensors(join(folder, "no", "x.safetensors"), TENSORS);
    await expect(missing).rejects.toThrow(OptionError);
    await expect(missing).rejects.toThrow("got no such folder at");
    await mkdir(path);
    await expect(writeSafetensors(path, TENSORS)).rejects.toThrow(OptionError);
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });

  test("two writers at once: one of the files is there, whole", async () => {
    const files = [1, 2, 3, 4].map((value) => new Map([["x", float32(value)]]));
    await Promise.all(files.map((tensors) => writeSafetensors(path, tensors)));
    expect(files).toContainEqual((await readSafetensors(path)).tensors);
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });
});

describe("openSafetensors", () => {
  test("reads tensors one by one and tells where they lie", async () => {
    await writeSafetensors(path, TENSORS, METADATA);
    const file = await openSafetensors(path);
    expect(file.header.metadata).toEqual(METADATA);
    expect(await file.read("b")).toEqual(TENSORS.get("b"));
    const { offset = 0, byteLength = 0 } = file.header.tensors.get("a") ?? {};
    const bytes = (await readFile(path)).subarray(offset, offset + byteLength);
    expect(new Float32Array(Uint8Array.from(bytes).buffer)).toEqual(TENSORS.get("a")?.data);
    await expect(file.read("c")).rejects.toThrow(`expected one of the 4 tensors of ${path}, got "c"`);
    await file.dispose();
    await file.dispose();
    await expect(file.read("a")).rejects.toThrow("after dispose()");
  });

  test("closes itself at the end of an `await using` block", async () => {
    await writeSafetensors(path, TENSORS);
    const file = await openSafetensors(path);
    {
      await using scoped = file;
      expect((await scoped.read("a")).type).toBe("float32");
    }
    await expect(file.read("a")).rejects.toThrow(OptionError);
  });

  test("reads a tensor behind the 4 GiB mark of a sparse file", async () => {
    const begin = 2 ** 32 + 1000;
    const header = JSON.stringify({
      large: { dtype: "U8", shape: [begin], data_offsets: [0, begin] },
      last: { dtype: "F32", shape: [1], data_offsets: [begin, begin + 4] },
    });
    const handle = await open(path, "w");
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
    await handle.write(length);
    await handle.write(header);
    await handle.write(new Uint8Array(Float32Array.of(42).buffer), 0, 4, 8 + header.length + begin);
    await handle.close();
    await using file = await openSafetensors(path);
    expect((await file.read("last")).data).toEqual(Float32Array.of(42));
    expect(file.header.tensors.get("last")?.offset).toBe(8 + header.length + begin);
  });

  test("a file that is cut while it is open is a FormatError", async () => {
    await writeSafetensors(path, TENSORS);
    await using file = await openSafetensors(path);
    await truncate(path, (await stat(path)).size - 5);
    await expect(file.read("half")).rejects.toThrow(FormatError);
    await expect(file.read("half")).rejects.toThrow('expected 6 bytes of tensor "half", got 1 bytes');
  });

  test("every truncated file is refused as its bytes are", async () => {
    const bytes = encodeSafetensors(TENSORS, METADATA);
    for (let length = 0; length < bytes.length; length += 7) {
      await writeFile(path, bytes.subarray(0, length));
      const opening = openSafetensors(path);
      await expect(opening).rejects.toThrow(FormatError);
      await expect(opening).rejects.toThrow(path);
    }
  });

  test("a missing file, a folder and a device are OptionErrors with the path", async () => {
    for (const [caller, read] of Object.entries({ openSafetensors, readSafetensors })) {
      await expect(read(path)).rejects.toThrow(`${caller}: expected a readable file, got no such file at ${path}`);
      await expect(read(path)).rejects.toThrow(OptionError);
      await expect(read(folder)).rejects.toThrow(`${caller}: expected a file, got a folder or device at ${folder}`);
    }
  });
});

describe("pieces of a read or write", () => {
  test("join to the whole, whatever their size", async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    const handle = await open(path, "w+");
    try {
      for (const piece of [1, 7, 999, 1000, 5000]) {
        await writeAt(handle, bytes, 3, piece);
        const read = new Uint8Array(1010);
        expect(await readAt(handle, read, 3, piece)).toBe(1000);
        expect(read.subarray(0, 1000)).toEqual(bytes);
        await handle.truncate(0);
      }
    } finally {
      await handle.close();
    }
  });

  test("go on after a write that took only a part", async () => {
    const handle = await open(path, "w+");
    try {
      const write = handle.write.bind(handle);
      vi.spyOn(handle, "write").mockImplementationOnce(((
        bytes: Uint8Array,
        offset: number,
        _: number,
        position: number,
      ) => write(bytes, offset, 2, position)) as never);
      await writeAt(handle, Uint8Array.of(1, 2, 3, 4, 5), 0);
      expect([...(await readFile(path))]).toEqual([1, 2, 3, 4, 5]);
    } finally {
      await handle.close();
    }
  });
});

describe("readModelFile and writeModelFile", () => {
  const model: ModelFile = {
    metadata: {
      contents: "layers",
      architecture: "vgg16",
      architectureOptions: {},
      channelOrder: "BGR",
      mean: [103.939, 116.779, 123.68],
    },
    tensors: new Map<string, Tensor>([
      ["fc6.weight", { type: "float32", shape: [1, 2], data: Float32Array.of(1, 1 / 3) }],
      ["bn1_1.running_var", float32(1e6)],
    ]),
  };

  test("agree with encodeModelFile and decodeModelFile", async () => {
    await writeModelFile(path, model);
    const bytes = new Uint8Array(await readFile(path));
    expect(bytes).toEqual(await encodeModelFile(model));
    expect(await readModelFile(path)).toEqual(await decodeModelFile(bytes, path));
    await writeModelFile(path, model, { storage: "float32" });
    expect((await readModelFile(path)).tensors).toEqual(model.tensors);
  });

  test("a weight beyond float16 leaves the old file alone", async () => {
    await writeModelFile(path, model);
    const tensors = new Map<string, Tensor>([
      ["fc6.weight", { type: "float32", shape: [1, 1], data: Float32Array.of(1e6) }],
    ]);
    await expect(writeModelFile(path, { ...model, tensors })).rejects.toThrow(
      '1000000 at index 0 of tensor "fc6.weight"',
    );
    expect((await readModelFile(path)).tensors.size).toBe(2);
  });

  test("a file without model metadata is refused by name", async () => {
    await writeSafetensors(path, model.tensors);
    await expect(readModelFile(path)).rejects.toThrow(`got none in ${path}. It is not a model file of this package.`);
  });
});

describe("models/vgg16-conv1-conv3.safetensors", () => {
  const shipped = new URL("../../models/vgg16-conv1-conv3.safetensors", import.meta.url).pathname;

  test("holds the seven layers, weights as float16, with their terms", async () => {
    const { tensors, metadata } = await readSafetensors(shipped);
    const layers = ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3"];
    const widths = [3, 64, 64, 128, 128, 256, 256, 256];
    expect([...tensors.keys()]).toEqual(layers.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]));
    for (const [i, layer] of layers.entries()) {
      expect(tensors.get(`${layer}.weight`)).toMatchObject({
        type: "float16",
        shape: [widths[i + 1], widths[i], 3, 3],
      });
      expect(tensors.get(`${layer}.bias`)).toMatchObject({ type: "float32", shape: [widths[i + 1]] });
    }
    expect(metadata.get("authors")).toBe("Karen Simonyan and Andrew Zisserman");
    expect(metadata.get("license")).toContain("CC BY 4.0");
  });

  test("is what this code writes: reading and writing gives the same bytes", async () => {
    await writeModelFile(path, await readModelFile(shipped));
    expect((await readFile(path)).equals(await readFile(shipped))).toBe(true);
  });

  test("has the spread of weights that VGG-16 has", async () => {
    const { metadata, tensors } = await readModelFile(shipped);
    expect(metadata).toMatchObject({ contents: "layers", architecture: "vgg16", channelOrder: "BGR" });
    const spread = (name: string): number => {
      const data = tensors.get(name)?.data;
      if (!(data instanceof Float32Array)) return Number.NaN;
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
    };
    expect(spread("conv1_1.weight")).toBeCloseTo(0.2067, 3);
    expect(spread("conv2_1.weight")).toBeCloseTo(0.0322, 3);
    expect(spread("conv3_3.weight")).toBeCloseTo(0.0127, 3);
  });
});

test("the metadata of the bytes and of the file are the same", async () => {
  await writeSafetensors(path, TENSORS, METADATA);
  expect(decodeSafetensors(new Uint8Array(await readFile(path)), path).metadata).toEqual(METADATA);
});

test.skipIf(process.platform === "win32")("a pipe is written as it is, not replaced", async () => {
  const pipe = join(folder, "pipe");
  await promisify(execFile)("mkfifo", [pipe]);
  await symlink(pipe, path);
  const [bytes] = await Promise.all([
    readFile(pipe),
    writeFileAtomically(path, [Uint8Array.of(1, 2), Uint8Array.of(3)]),
  ]);
  expect([...bytes]).toEqual([1, 2, 3]);
  expect((await stat(pipe)).isFIFO()).toBe(true);
  expect((await readdir(folder)).sort()).toEqual(["model.safetensors", "pipe"]);
});
