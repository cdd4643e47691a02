/** Reads TensorBoard's event files slowly: a checksum bit by bit, and only the fields that are written here. */
import { BinaryReader } from "@bufbuild/protobuf/wire";

export interface ReadEvent {
  readonly time: number;
  readonly step: number;
  readonly version?: string;
  readonly sessionStatus?: number;
  readonly scalars: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<string, { height: number; width: number; colors: number; bytes: Uint8Array }>>;
}

/** @throws {Error} if a checksum or a length is wrong. */
export function readEventFile(file: Uint8Array): ReadEvent[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expectChecksum(file.subarray(at, at + 8), view.getUint32(at + 8, true));
    const bytes = file.subarray(at + 12, at + 12 + length);
    expectChecksum(bytes, view.getUint32(at + 12 + length, true));
    events.push(readEvent(bytes));
    at += length + 16;
  }
  return events;
}

export function slowCrc32c(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const out = (register ^ (byte >> bit)) & 1;
      register = (register >>> 1) ^ (out === 1 ? 0x82f63b78 : 0);
    }
  }
  return ~register >>> 0;
}

function expectChecksum(bytes: Uint8Array, masked: number): void {
  const rotated = (masked - 0xa282ead8) >>> 0;
  const crc = ((rotated >>> 17) | (rotated << 15)) >>> 0;
  if (crc !== slowCrc32c(bytes)) throw new Error(`expected the checksum ${slowCrc32c(bytes)}, got ${crc}`);
}

type Read = (reader: BinaryReader) => void;

function readFields(bytes: Uint8Array, fields: Readonly<Record<number, Read>>): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    const read = fields[field];
    if (read === undefined) throw new Error(`expected a known field, got ${field}`);
    read(reader);
  }
}

function readEvent(bytes: Uint8Array): ReadEvent {
  let [time, step] = [0, 0];
  const more: { version?: string; sessionStatus?: number } = {};
  const scalars: Record<string, number> = {};
  const images: Record<string, { height: number; width: number; colors: number; bytes: Uint8Array }> = {};
  const readValue: Read = (values) => {
    let tag = "";
    readFields(values.bytes(), {
      1: (reader) => {
        tag = reader.string();
      },
      2: (reader) => {
        scalars[tag] = reader.float();
      },
      4: (reader) => {
        images[tag] = readImage(reader.bytes());
      },
    });
  };
  readFields(bytes, {
    1: (reader) => {
      time = reader.double();
    },
    2: (reader) => {
      step = Number(reader.int64());
    },
    3: (reader) => {
      more.version = reader.string();
    },
    5: (reader) => readFields(reader.bytes(), { 1: readValue }),
    7: (reader) =>
      readFields(reader.bytes(), {
        1: (status) => {
          more.sessionStatus = status.int32();
        },
      }),
  });
  return { time, step, ...more, scalars, images };
}

function readImage(bytes: Uint8Array): { height: number; width: number; colors: number; bytes: Uint8Array } {
  const image = { height: 0, width: 0, colors: 0, bytes: new Uint8Array() };
  readFields(bytes, {
    1: (reader) => {
      image.height = reader.int32();
    },
    2: (reader) => {
      image.width = reader.int32();
    },
    3: (reader) => {
      image.colors = reader.int32();
    },
    4: (reader) => {
      image.bytes = Uint8Array.from(reader.bytes());
    },
  });
  return image;
}
