/**
 * Puts the numbers of frozen layers into a training graph. The runtime then knows them when it loads the graph, and lays these layers
 * out for the processor's widest registers, which it cannot do with weights that are fed.
 */
import { decodeModel, encodeModel, type Tensor } from "../onnx/index.ts";

/**
 * @param model - A graph whose parameters are inputs.
 * @param frozen - Numbers of those inputs that no step changes; names that the graph has no input for are left out.
 */
export function bindFrozen(model: Uint8Array, frozen: ReadonlyMap<string, Tensor>): Uint8Array {
  const { graph, parameters } = decodeModel(model, "training graph");
  const bound = graph.inputs.filter(({ name }) => frozen.has(name));
  if (bound.length === 0) return model;
  const inputs = graph.inputs.filter(({ name }) => !frozen.has(name));
  return encodeModel(
    { ...graph, inputs, parameters: [...graph.parameters, ...bound] },
    { parameters: new Map([...parameters, ...frozen]) },
  );
}
