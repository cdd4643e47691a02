/**
 * TensorBoard's event files: records of `Event` messages.
 *
 * @see TensorFlow: event.proto and summary.proto for the field numbers below, record_writer.h for the framing.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { crc32c } from "./crc32c.ts";

/** A picture in a file's bytes. */
export interface EventImage {
  readonly height: number;
  readonly width: number;
  /** PNG or JPEG. */
  readonly bytes: Uint8Array;
}

/** What is written at one point of a training. */
export interface TrainingPoint {
  /** Seconds since 1970. */
  readonly time: number;
  /** Where on the axis: samples seen. */
  readonly samples: number;
  readonly scalars?: Readonly<Record<string, number>>;
  readonly images?: Readonly<Record<string, EventImage>>;
}

/** The records that an event file begins with: its version, and that what other files say from here on is void. */
export function encodeEventFileStart(time: number, samples: number): Uint8Array {
  const version = encodeRecord(eventMessage(time, 0, (writer) => text(writer, 3, "brain.Event:2")));
  // A session that starts: TensorBoard drops what a killed one had written from this step on.
  const start = encodeRecord(
    eventMessage(time, samples, (writer) => message(writer, 7, () => writer.tag(1, WireType.Varint).int32(1))),
  );
  return joined([version, start]);
}

/** The record of one point. */
export function encodePoint({ time, samples, scalars = {}, images = {} }: TrainingPoint): Uint8Array {
  return encodeRecord(
    eventMessage(time, samples, (writer) =>
      message(writer, 5, () => {
        for (const [tag, value] of Object.entries(scalars)) {
          message(writer, 1, () => text(writer, 1, tag).tag(2, WireType.Bit32).float(value));
        }
        for (const [tag, picture] of Object.entries(images)) {
          message(writer, 1, () => {
            text(writer, 1, tag);
            message(writer, 4, () => writeImage(writer, picture));
          });
        }
      }),
    ),
  );
}

function writeImage(writer: BinaryWriter, { height, width, bytes }: EventImage): void {
  const RGB = 3;
  writer.tag(1, WireType.Varint).int32(height).tag(2, WireType.Varint).int32(width).tag(3, WireType.Varint).int32(RGB);
  writer.tag(4, WireType.LengthDelimited).bytes(bytes);
}

function eventMessage(time: number, step: number, body: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Bit64).double(time).tag(2, WireType.Varint).int64(step);
  body(writer);
  return writer.finish();
}

function message(writer: BinaryWriter, field: number, body: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  body();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): BinaryWriter {
  return writer.tag(field, WireType.LengthDelimited).string(value);
}

/** Length, checksum of the length, the bytes, their checksum; all little-endian. */
function encodeRecord(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return joined([length, maskedChecksum(length), bytes, maskedChecksum(bytes)]);
}

/** Masked, since the checksum of data that hold checksums would be weak. */
function maskedChecksum(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const masked = new Uint8Array(4);
  new DataView(masked.buffer).setUint32(0, (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, true);
  return masked;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
