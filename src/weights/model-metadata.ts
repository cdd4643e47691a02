/** What a model file says about itself. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A data set that a model was trained on. By name: a path would mean nothing to the next reader, and tell too much. */
export interface DataSetUse {
  readonly name: string;
  readonly split?: string;
  /** Number of its images that were used. */
  readonly images?: number;
}

/** Where the numbers come from. */
export interface TrainingProvenance {
  readonly dataSets: readonly DataSetUse[];
  readonly seed?: number;
  /** Training samples seen, repeats counted. */
  readonly samples?: number;
  /** Solver steps done. */
  readonly steps?: number;
  /** Anything else worth keeping: solver settings, schedule, scores, hours. */
  readonly details?: JsonObject;
}

interface CommonMetadata {
  /** The network's name, e.g. `deconvnet`, `fcn8s`, `vgg16`. */
  readonly architecture: string;
  /** What the network's builder was called with. */
  readonly architectureOptions: JsonObject;
  readonly channelOrder: "BGR" | "RGB";
  /** Subtracted from the 0–255 values of each channel; in channel order. */
  readonly mean: readonly [number, number, number];
  readonly training?: TrainingProvenance;
  readonly license?: string;
  readonly authors?: string;
  /** What was done to the numbers since their authors published them. */
  readonly changes?: string;
}

/** Metadata of a whole network. */
export interface NetMetadata extends CommonMetadata {
  readonly contents: "net";
  /** One name for each channel of the score map. */
  readonly classNames: readonly string[];
  /** One RGB colour for each class, 0–255. */
  readonly palette: readonly (readonly [number, number, number])[];
  /** The longer side to which a photo is brought, px. */
  readonly evaluationSize: number;
}

/** Metadata of some layers of a network, to start others from. */
export interface LayersMetadata extends CommonMetadata {
  readonly contents: "layers";
}

export type ModelMetadata = NetMetadata | LayersMetadata;
