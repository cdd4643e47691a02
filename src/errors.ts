/**
 * The errors of this library. Every message has the form
 * `<function>: expected <rule with numbers>, got <value>. <What to do.>`
 */

/** Base of all errors that the library raises on purpose; `code` is stable across versions. */
export abstract class DeconvnetError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Arrays or tensors whose shapes or types do not fit together. */
export class ShapeError extends DeconvnetError {
  readonly code = "ERR_SHAPE";
}

/** An option, flag or argument outside its range. */
export class OptionError extends DeconvnetError {
  readonly code = "ERR_OPTION";
}

/** The bytes of a file are not what its format promises. */
export class FormatError extends DeconvnetError {
  readonly code = "ERR_FORMAT";
}

/** A folder's contents do not form the data set that was asked for. */
export class DatasetError extends DeconvnetError {
  readonly code = "ERR_DATASET";
  /** The file or folder at fault. */
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/** The runtime, a device, an operator or the memory fails. */
export class BackendError extends DeconvnetError {
  readonly code = "ERR_BACKEND";
}
