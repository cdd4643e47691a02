/** Names of the original model files: which batch normalisation and which ReLU follow a layer. */

/** `conv1_1` -> `bn1_1`, `fc6` -> `bnfc6`, `fc6-deconv` -> `fc6-deconv-bn`, `deconv5_1` -> `debn5_1`. */
export function batchNormName(layer: string): string {
  if (layer === "fc6-deconv") return "fc6-deconv-bn";
  return layer.startsWith("fc") ? `bn${layer}` : layer.replace("conv", "bn");
}

/** `conv1_1` -> `relu1_1`, `fc6` -> `relu6`, `fc6-deconv` -> `fc6-deconv-relu`, `deconv5_1` -> `derelu5_1`. */
export function reluName(layer: string): string {
  if (layer === "fc6-deconv") return "fc6-deconv-relu";
  return layer.startsWith("fc") ? layer.replace("fc", "relu") : layer.replace("conv", "relu");
}
