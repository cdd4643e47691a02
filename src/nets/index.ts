/** Networks: each on one page, with the layer names of the original model files. */
export { type BatchNormOptions, type BatchNormParameters, batchNormalization } from "./batch-normalization.ts";
export { ARCHITECTURES, type Architecture, buildNet } from "./build-net.ts";
export { DECONVNET_DEFAULTS, type DeconvNetOptions, deconvNet, PAPER_DECONVNET } from "./deconvnet.ts";
export { EDGE_NET_GRID, type EdgeNetOptions, edgeNet } from "./edge-net.ts";
export { FCN_DEFAULTS, type FcnOptions, fcn } from "./fcn.ts";
export { inferenceGraph } from "./inference.ts";
export { bilinearKernel, type InitializeOptions, type Initializer, initialize } from "./initialize.ts";
export { type ConvOptions, type GraphOptions, LayerBuilder } from "./layer-builder.ts";
export { type BatchStatistics, countParameters, type Net, type Parameter, type ParameterKind } from "./net.ts";
export { NET_FORMS, type NetForm, netForm } from "./net-form.ts";
export { type Pooled, portableMaxPool, portableMaxUnpool } from "./portable-pooling.ts";
export { type BlockWidths, VGG16_WIDTHS, type Vgg16Options, vgg16 } from "./vgg16.ts";
