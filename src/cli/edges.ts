/** `deconvnet edges`: trains and measures the edge detectors behind proposals. */
import type { Command } from "commander";
import type { Terminal } from "./command.ts";
import { configureEdgesEvaluate } from "./edges-evaluate.ts";
import { configureEdgesTrain } from "./edges-train.ts";

export function configureEdges(command: Command, terminal: Terminal): void {
  configureEdgesTrain(command.command("train"), terminal);
  configureEdgesEvaluate(command.command("evaluate"), terminal);
}
