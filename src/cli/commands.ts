/** The commands, in the order of `deconvnet --help`. */
import type { CommandEntry } from "./command.ts";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "segment",
    summary: "find the classes in photos: label maps and overlays",
    load: async () => (await import("./segment.ts")).configureSegment,
  },
  {
    name: "evaluate",
    summary: "score a model on photos with label maps",
    load: async () => (await import("./evaluate.ts")).configureEvaluate,
  },
  {
    name: "crf",
    summary: "refine a segmentation with the photo that it belongs to",
    load: async () => (await import("./crf.ts")).configureCrf,
  },
  {
    name: "train",
    summary: "train a network on a folder of photos and label maps",
    load: async () => (await import("./train.ts")).configureTrain,
  },
  {
    name: "proposals",
    summary: "propose boxes that are likely to hold an object, and measure how many they find",
    load: async () => (await import("./proposals.ts")).configureProposals,
  },
  {
    name: "init",
    summary: "write the settings file of a training for a folder of photos and label maps",
    load: async () => (await import("./init.ts")).configureInit,
  },
  {
    name: "config",
    summary: "check a settings file, print all settings, or their JSON Schema",
    load: async () => (await import("./config.ts")).configureConfig,
  },
  {
    name: "data",
    summary: "check, sample and import data sets",
    load: async () => (await import("./data.ts")).configureData,
  },
  {
    name: "edges",
    summary: "train and measure the edge detectors behind proposals",
    load: async () => (await import("./edges.ts")).configureEdges,
  },
  {
    name: "runs",
    summary: "show what trainings have come to: list them, compare them, write their reports",
    load: async () => (await import("./runs.ts")).configureRuns,
  },
  {
    name: "optimise",
    summary: "write a form of a model that loads at once",
    load: async () => (await import("./optimise.ts")).configureOptimise,
  },
  {
    name: "info",
    summary: "show the metadata and the tensors of a weight file, or what an edge forest is",
    load: async () => (await import("./info.ts")).configureInfo,
  },
  {
    name: "doctor",
    summary: "show what this machine has, and check that it computes networks and gradients right",
    load: async () => (await import("./doctor.ts")).doctorCommand(),
  },
];
