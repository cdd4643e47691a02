/**
 * The settings of a training: one schema, from which the file, the flags, `--set`, the messages, the defaults, the table in
 * docs/ and the JSON Schema for editors come.
 */
import { z } from "zod";
import { AUGMENTATION_DEFAULTS } from "../data/index.ts";
import { MAX_THREADS } from "../runtime/index.ts";
import { SCHEDULE_DEFAULTS } from "./schedule.ts";
import { ADAMW_DEFAULTS, PAPER_SGD } from "./solver.ts";

const share = z.number().min(0).max(1);
const belowOne = z.number().min(0).lt(1);
const positive = z.number().int().min(1);
const samples = z.number().int().min(0);

const others = z.enum(["background", "void"]);
/** 255 is void. */
const classNames = z
  .array(z.string().min(1))
  .min(2)
  .max(255)
  .refine((names) => new Set(names).size === names.length, "Invalid input: expected each name once")
  .meta({ uniqueItems: true });

/** A data set that is mixed in; its classes are mapped to the wanted ones by name. */
const setSchema = z.strictObject({
  folder: z.string().describe("A VOC folder, or a folder with images/ and labels/."),
  weight: z
    .number()
    .positive()
    .default(1)
    .describe("How often one of its photos is drawn, relative to one of a set with weight 1."),
  train: z
    .string()
    .default("train")
    .describe("The split to train on; `all` is every photo with a label map, with a teacher every photo."),
  classes: classNames
    .optional()
    .describe(
      "Names of its classes in the order of the label values; without it classes.txt of the folder, else VOC's.",
    ),
  map: z
    .array(z.string())
    .default([])
    .describe("What values in its label maps mean, such as 255=1; other values stay as they are."),
  others: others.optional().describe("What becomes of its classes that are not wanted; without it as `data.others`."),
});

const dataSchema = z.strictObject({
  classes: classNames
    .optional()
    .describe(
      "Names of the classes in the order of the label values; without it classes.txt of the folder, else VOC's.",
    ),
  wanted: classNames
    .optional()
    .describe("Names of the classes to train, background first; without it all of the data set."),
  others: others.default("background").describe("What becomes of the data set's classes that are not wanted."),
  map: z
    .array(z.string())
    .default([])
    .describe("What values in the label maps mean, such as 255=1; other values stay as they are."),
  train: z
    .string()
    .default("train")
    .describe("The split to train on; `all` is every photo with a label map, with a teacher every photo."),
  val: z.string().default("val").describe("The split to validate on; `none` leaves validation out."),
  holdOut: z
    .string()
    .optional()
    .describe("A file of ids, one a line, that are taken out of the training split and validated on instead of `val`."),
  sampling: z
    .enum(["balanced", "shuffled"])
    .default("balanced")
    .describe("Which photo comes next: each class as often as any other, or each photo once in each round."),
  weight: z
    .number()
    .positive()
    .default(1)
    .describe("How often one of its photos is drawn, relative to one of a set with weight 1."),
  sets: z
    .array(setSchema)
    .default([])
    .describe("More data sets to train on; validation is on the first, that of --data."),
});

const modelSchema = z.strictObject({
  preset: z
    .enum(["compact", "paper"])
    .default("compact")
    .describe("The net: a narrow one that trains on a processor, or the one of the paper."),
  options: z
    .strictObject({
      inputSize: z
        .number()
        .int()
        .min(32)
        .multipleOf(32)
        .optional()
        .describe("Height and width of the input, px; a multiple of 32."),
      widths: z
        .tuple([positive, positive, positive, positive, positive])
        .optional()
        .describe("Channels of the five encoder blocks; the decoder mirrors them."),
      fcWidth: z.number().int().min(0).optional().describe("Channels of fc6 and fc7; 0 leaves both out."),
      decoderLayers: z
        .tuple([positive.max(3), positive.max(3), positive.max(3), positive.max(2), positive.max(2)])
        .optional()
        .describe("Deconvolution layers of the decoder's blocks 5 to 1, at most 3, 3, 3, 2, 2."),
      lastWidth: positive
        .optional()
        .describe("Channels of the decoder's last block; without it the first of `widths`."),
      plainBlocks: z
        .number()
        .int()
        .min(0)
        .max(5)
        .optional()
        .describe("Leading encoder blocks without batch norm, as in VGG-16."),
    })
    .default({})
    .describe("Options of the net that differ from the preset's."),
  epsilon: z.number().positive().default(1e-5).describe("Added to the variance in batch norm."),
  frozen: z
    .array(z.string())
    .optional()
    .describe("Layers that stay as they are; `*` stands for any text. Without it the preset's."),
  initializer: z
    .enum(["he", "paper"])
    .default("he")
    .describe("How layers start that no file has weights for: scaled to their fan-in, or as in the paper."),
});

const solverSchema = z
  .discriminatedUnion(
    "type",
    [
      z.strictObject({
        type: z.literal("sgd").describe("SGD with momentum, as Caffe has it."),
        momentum: belowOne.default(PAPER_SGD.momentum).describe("Share of the last step that is taken again."),
        weightDecay: belowOne
          .default(PAPER_SGD.weightDecay)
          .describe("Pull of the weights to 0, added to the gradient."),
      }),
      z.strictObject({
        // A solver without a type is this one, whatever else is given.
        type: z.literal("adamw").optional().default("adamw").describe("Adam with decoupled weight decay."),
        beta1: belowOne.default(ADAMW_DEFAULTS.beta1).describe("Share of the old average of the gradient."),
        beta2: belowOne.default(ADAMW_DEFAULTS.beta2).describe("Share of the old average of its square."),
        epsilon: z
          .number()
          .positive()
          .lt(1)
          .default(ADAMW_DEFAULTS.epsilon)
          .describe("Added to the root of the squares' average."),
        weightDecay: belowOne
          .default(ADAMW_DEFAULTS.weightDecay)
          .describe("Pull of the weights to 0, apart from the gradient."),
      }),
    ],
    {
      error: ({ code }) => (code === "invalid_union" ? 'Invalid option: expected one of "sgd"|"adamw"' : undefined),
    },
  )
  .prefault({})
  .describe(
    "The update rule of the weights; `adamw` where no type is given. Biases take twice the rate and are not pulled to 0, as in Caffe.",
  );

const scheduleSchema = z
  .strictObject({
    type: z
      .enum(["step", "poly", "cosine", "plateau"])
      .default(SCHEDULE_DEFAULTS.type)
      .describe(
        "How the learning rate falls: in steps, as a power of what is left, along half a cosine, or when validations get no better.",
      ),
    learningRate: z.number().positive().default(SCHEDULE_DEFAULTS.learningRate).describe("The highest rate."),
    warmup: samples.default(SCHEDULE_DEFAULTS.warmup).describe("Samples over which the rate rises from 0."),
    stepSize: positive
      .default(SCHEDULE_DEFAULTS.stepSize)
      .describe("For `step`: samples after which the rate is multiplied by `gamma`, again and again."),
    patience: positive
      .default(SCHEDULE_DEFAULTS.patience)
      .describe("For `plateau`: validations without a better one after which the rate is multiplied by `gamma`."),
    gamma: share.default(SCHEDULE_DEFAULTS.gamma).describe("For `step` and `plateau`: the factor."),
    power: z.number().positive().default(SCHEDULE_DEFAULTS.power).describe("For `poly`: the exponent."),
    floor: share
      .default(SCHEDULE_DEFAULTS.floor)
      .describe("For `poly` and `cosine` the rate at the end, for `plateau` the lowest, as a share of the highest."),
  })
  .prefault({})
  .describe("The learning rate over the samples.");

const augmentSchema = z
  .strictObject({
    longerSide: z
      .tuple([z.number().min(1), z.number().min(1)])
      .refine(([least, most]) => least <= most, "Invalid input: expected the smaller number first")
      .default([...AUGMENTATION_DEFAULTS.longerSide])
      .describe("How large photos appear: least and most px of their longer side in the net's input."),
    aspect: z
      .number()
      .min(1)
      .default(AUGMENTATION_DEFAULTS.aspect)
      .describe("Width to height is changed by a factor from 1/aspect to aspect; 1 keeps it."),
    rotation: z
      .number()
      .min(0)
      .max(180)
      .default(AUGMENTATION_DEFAULTS.rotation)
      .describe("Largest turn of the crop to either side, degrees."),
    flip: share.default(AUGMENTATION_DEFAULTS.flip).describe("Probability of the mirror image."),
    color: z
      .strictObject({
        brightness: share.default(AUGMENTATION_DEFAULTS.color.brightness).describe("Change of brightness, at most."),
        contrast: share.default(AUGMENTATION_DEFAULTS.color.contrast).describe("Change of contrast, at most."),
        saturation: share.default(AUGMENTATION_DEFAULTS.color.saturation).describe("Change of saturation, at most."),
        hue: share
          .default(AUGMENTATION_DEFAULTS.color.hue)
          .describe("Turn of the hue, at most, as a share of the circle."),
      })
      .prefault({})
      .describe("Strengths of the changes of colour; 0 keeps."),
    objectCentred: share
      .default(AUGMENTATION_DEFAULTS.objectCentred)
      .describe("Probability that the crop is centred on an object of the sample's class; else it lies anywhere."),
    objectJitter: share
      .default(AUGMENTATION_DEFAULTS.objectJitter)
      .describe("How far the crop's centre may be from the object's, in shares of the object's box."),
    minObjectShare: share
      .default(AUGMENTATION_DEFAULTS.minObjectShare)
      .describe("Objects with a smaller share of the photo are centred on only if their class has no larger one."),
    minObjectPixels: z
      .number()
      .min(0)
      .default(AUGMENTATION_DEFAULTS.minObjectPixels)
      .describe("Objects of fewer pixels of the photo are centred on only if their class has no larger one."),
  })
  .prefault({})
  .describe("What is drawn at random for each sample.");

const distillSchema = z
  .strictObject({
    teacher: z
      .string()
      .optional()
      .describe("An ONNX model to learn from; photos without label maps then take part too."),
    description: z
      .string()
      .optional()
      .describe("The description of the teacher; without it the model's name with the ending `.yaml`."),
    scores: z
      .number()
      .min(0)
      .default(1)
      .describe("Weight of the divergence from the teacher's scores; the cross-entropy's is 1."),
    temperature: z
      .number()
      .positive()
      .default(1.5)
      .describe("Scores are divided by it before they are compared; above 1 the teacher's doubts count for more."),
    features: z
      .number()
      .min(0)
      .default(1)
      .describe("Weight of the error against the teacher's features, of each layer."),
    layers: z
      .record(z.string(), z.string())
      .optional()
      .describe("Layers of the net, and the teacher's output that each learns from; without it the description's."),
    threads: positive.max(MAX_THREADS).default(1).describe("Threads of the teacher, which works ahead of the step."),
  })
  .prefault({})
  .describe("Learning from another model, the teacher.");

const lossSchema = z
  .strictObject({
    labels: z
      .number()
      .min(0)
      .default(1)
      .describe("Weight of the cross-entropy against the label maps; 0 leaves it out, and a teacher alone teaches."),
    classWeights: z
      .array(z.number().min(0))
      .optional()
      .describe("The weight of each class in the loss, in the order of the classes; without it 1 each."),
    normalize: z
      .enum(["microBatch", "batch"])
      .default("microBatch")
      .describe(
        "Over which pixels the loss is a mean: of each pass through the net, as Caffe does, or of the whole step.",
      ),
  })
  .prefault({})
  .describe("What is made small.");

const validationSchema = z
  .strictObject({
    every: samples.default(5000).describe("Samples between validations; 0 validates at the end only."),
    size: positive.max(65_536).optional().describe("Longer side of the photos, px; without it the net's input size."),
    patience: samples
      .default(0)
      .describe("Validations without a better one after which the training ends early; 0 never does."),
  })
  .prefault({})
  .describe("Scoring on whole photos on the way.");

/** Sizes are px, positions and lengths of the training are samples. */
export const trainConfigSchema = z.strictObject({
  data: dataSchema.prefault({}).describe("The splits and the classes."),
  model: modelSchema.prefault({}).describe("The net."),
  from: z
    .string()
    .default("vgg16")
    .describe("Where the weights start: `embedded` (the model of the package), `vgg16`, `none`, or a model file."),
  seed: z.number().int().min(0).default(1).describe("The same seed gives the same training."),
  samples: positive.default(30000).describe("Samples to train on, repeats counted."),
  batch: positive.default(16).describe("Samples of one pass through the net."),
  accumulate: positive.default(1).describe("Passes whose gradients are averaged for one step."),
  solver: solverSchema,
  schedule: scheduleSchema,
  distill: distillSchema,
  loss: lossSchema,
  average: belowOne
    .default(0.999)
    .describe("Share of the old value in the moving average of the weights; 0 keeps none."),
  statisticsMomentum: share.default(0.1).describe("Share of a new batch in the running statistics of batch norm."),
  statisticsBatches: positive
    .default(40)
    .describe("Batches over which statistics are estimated before a model is scored."),
  augment: augmentSchema,
  validation: validationSchema,
  checkpoint: positive.default(2000).describe("Samples between checkpoints."),
  threads: positive.max(MAX_THREADS).optional().describe("Threads of the runtime; without it all cores."),
  workers: samples.max(MAX_THREADS).default(1).describe("Threads that prepare batches; 0 prepares them between steps."),
});

export type TrainConfig = z.infer<typeof trainConfigSchema>;
