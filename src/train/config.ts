/** The settings of a training: one schema, from which the file, the flags, `--set`, the messages and the defaults come. */
import { z } from "zod";
import { AUGMENTATION_DEFAULTS } from "../data/index.ts";
import { SCHEDULE_DEFAULTS } from "./schedule.ts";
import { ADAMW_DEFAULTS, PAPER_SGD } from "./solver.ts";

const share = z.number().min(0).max(1);
const positive = z.number().int().min(1);
const samples = z.number().int().min(0);

const others = z.enum(["background", "void"]);

/** A data set that is mixed in; its classes are mapped to the wanted ones by name. */
const setSchema = z.strictObject({
  folder: z.string(),
  weight: z.number().positive().default(1).describe("how often one of its photos is drawn, relative to weight 1"),
  train: z.string().default("train"),
  classes: z.array(z.string()).optional(),
  map: z.array(z.string()).default([]),
  others: others.optional().describe("what its other classes become; default: data.others"),
});

const dataSchema = z.strictObject({
  /** Names of the classes in the order of the label values; default: classes.txt, else VOC's for a VOC folder. */
  classes: z.array(z.string()).optional(),
  /** The classes to train; default: all. */
  wanted: z.array(z.string()).optional(),
  /** What the other classes become. */
  others: others.default("background"),
  /** Maps of file values, such as 255=1. */
  map: z.array(z.string()).default([]),
  train: z.string().default("train"),
  /** Split to validate on; `none` to leave it out. */
  val: z.string().default("val"),
  /** Ids, one a line in this file, that are taken out of the training split and validated on instead of `val`. */
  holdOut: z.string().optional(),
  sampling: z.enum(["balanced", "shuffled"]).default("balanced"),
  weight: z
    .number()
    .positive()
    .default(1)
    .describe("how often one of the set's photos is drawn, relative to one of a set with weight 1"),
  sets: z
    .array(setSchema)
    .default([])
    .describe("more data sets to train on; validation is on the first, that of --data"),
});

const modelSchema = z.strictObject({
  preset: z.enum(["compact", "paper"]).default("compact"),
  /** Options of the net that differ from the preset's. */
  options: z
    .strictObject({
      inputSize: positive.optional(),
      widths: z.tuple([positive, positive, positive, positive, positive]).optional(),
      fcWidth: z.number().int().min(0).optional(),
      decoderLayers: z.tuple([positive, positive, positive, positive, positive]).optional(),
      lastWidth: positive.optional(),
      plainBlocks: z.number().int().min(0).max(5).optional(),
    })
    .default({}),
  epsilon: z.number().positive().default(1e-5),
  /** Layers that stay as they are; `*` stands for any text. Default: the preset's. */
  frozen: z.array(z.string()).optional(),
  initializer: z.enum(["he", "paper"]).default("he"),
});

const solverUnion = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("sgd"),
    momentum: z.number().min(0).lt(1).default(PAPER_SGD.momentum),
    weightDecay: z.number().min(0).lt(1).default(PAPER_SGD.weightDecay),
  }),
  z.strictObject({
    type: z.literal("adamw"),
    beta1: z.number().min(0).lt(1).default(ADAMW_DEFAULTS.beta1),
    beta2: z.number().min(0).lt(1).default(ADAMW_DEFAULTS.beta2),
    epsilon: z.number().positive().default(ADAMW_DEFAULTS.epsilon),
    weightDecay: z.number().min(0).lt(1).default(ADAMW_DEFAULTS.weightDecay),
  }),
]);

/** Without a type AdamW, also where other keys are given. */
const solverSchema = z.preprocess(
  (value) => (typeof value === "object" && value !== null && !("type" in value) ? { ...value, type: "adamw" } : value),
  solverUnion.prefault({ type: "adamw" }),
);

const scheduleSchema = z
  .strictObject({
    type: z.enum(["step", "poly", "cosine", "plateau"]).default(SCHEDULE_DEFAULTS.type),
    learningRate: z.number().positive().default(SCHEDULE_DEFAULTS.learningRate),
    warmup: samples.default(SCHEDULE_DEFAULTS.warmup),
    stepSize: positive.default(SCHEDULE_DEFAULTS.stepSize),
    patience: positive
      .default(SCHEDULE_DEFAULTS.patience)
      .describe("plateau: validations without a better one after which the rate is multiplied by gamma"),
    gamma: share.default(SCHEDULE_DEFAULTS.gamma),
    power: z.number().positive().default(SCHEDULE_DEFAULTS.power),
    floor: share.default(SCHEDULE_DEFAULTS.floor),
  })
  .prefault({});

const augmentSchema = z
  .strictObject({
    longerSide: z.tuple([z.number().positive(), z.number().positive()]).default([...AUGMENTATION_DEFAULTS.longerSide]),
    aspect: z.number().min(1).default(AUGMENTATION_DEFAULTS.aspect),
    rotation: z
      .number()
      .min(0)
      .max(180)
      .default(AUGMENTATION_DEFAULTS.rotation)
      .describe("largest turn of a crop to either side, degrees"),
    flip: share.default(AUGMENTATION_DEFAULTS.flip),
    color: z
      .strictObject({
        brightness: share.default(AUGMENTATION_DEFAULTS.color.brightness),
        contrast: share.default(AUGMENTATION_DEFAULTS.color.contrast),
        saturation: share.default(AUGMENTATION_DEFAULTS.color.saturation),
        hue: share.default(AUGMENTATION_DEFAULTS.color.hue),
      })
      .prefault({}),
    objectCentred: share.default(AUGMENTATION_DEFAULTS.objectCentred),
    objectJitter: share.default(AUGMENTATION_DEFAULTS.objectJitter),
    minObjectShare: share.default(AUGMENTATION_DEFAULTS.minObjectShare),
    minObjectPixels: z
      .number()
      .min(0)
      .default(AUGMENTATION_DEFAULTS.minObjectPixels)
      .describe("objects of fewer pixels of the photo are centred on only if their class has no larger one"),
  })
  .prefault({});

const distillSchema = z
  .strictObject({
    /** An ONNX model to learn from; default: none. Photos without label maps then take part too. */
    teacher: z
      .string()
      .optional()
      .describe("an ONNX model to learn from, its description beside it; photos without label maps then take part too"),
    /** Its description; default: the model's name with the ending `.yaml`. */
    description: z
      .string()
      .optional()
      .describe("the description of the teacher; default: its name with the ending .yaml"),
    /** Of the divergence from the teacher's scores, beside the cross-entropy's 1. */
    scores: z
      .number()
      .min(0)
      .default(1)
      .describe("weight of the divergence from the teacher's scores; the cross-entropy's is 1"),
    temperature: z
      .number()
      .positive()
      .default(1.5)
      .describe("scores are divided by it before they are compared; above 1 the teacher's doubts count for more"),
    /** Of each layer's error against the teacher's features. */
    features: z
      .number()
      .min(0)
      .default(1)
      .describe("weight of the error against the teacher's features, of each layer"),
    /** Layers of the net and the outputs of the teacher that they learn from; default: the description's. */
    layers: z
      .record(z.string(), z.string())
      .optional()
      .describe("layers of the net, and the output of the teacher that each learns from; default: the description's"),
    threads: positive.default(1).describe("threads of the teacher, which works ahead of the step"),
  })
  .prefault({});

/** Sizes are px, positions and lengths of the training are samples. */
export const trainConfigSchema = z.strictObject({
  data: dataSchema.prefault({}),
  model: modelSchema.prefault({}),
  /** Where the weights start: `embedded`, `vgg16`, `none`, or a model file. */
  from: z.string().default("vgg16"),
  seed: z.number().int().min(0).default(1),
  /** Samples to train on, repeats counted. */
  samples: positive.default(30000),
  batch: positive.default(16),
  /** Micro-batches whose gradients are averaged for one step. */
  accumulate: positive.default(1),
  solver: solverSchema,
  schedule: scheduleSchema,
  distill: distillSchema,
  loss: z
    .strictObject({
      classWeights: z.array(z.number().min(0)).optional(),
      /** Over which pixels the loss is a mean: `microBatch`, of each micro-batch, as Caffe does; `batch`, of the whole step. */
      normalize: z
        .enum(["microBatch", "batch"])
        .default("microBatch")
        .describe(
          "over which pixels the loss is a mean: microBatch, of each micro-batch, as Caffe does; batch, of the whole step",
        ),
    })
    .prefault({}),
  /** Share of the old value in the moving average of the weights; 0 keeps none. */
  average: z.number().min(0).lt(1).default(0.999),
  /** Share of a new batch in the running statistics of batch norm. */
  statisticsMomentum: share.default(0.1),
  /** Batches over which statistics are estimated. */
  statisticsBatches: positive.default(40),
  augment: augmentSchema,
  validation: z
    .strictObject({
      /** Samples between validations; 0 validates at the end only. */
      every: samples.default(5000),
      /** Longer side of the photos, px; default: the net's input size. */
      size: positive.optional(),
      patience: samples
        .default(0)
        .describe("validations without a better one after which the training ends early; 0 never does"),
    })
    .prefault({}),
  /** Samples between checkpoints. */
  checkpoint: positive.default(2000),
  /** Threads of the runtime; default: all cores. */
  threads: positive.optional(),
  /** Threads that prepare batches. */
  workers: samples.default(1),
});

export type TrainConfig = z.infer<typeof trainConfigSchema>;
