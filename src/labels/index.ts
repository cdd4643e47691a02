export {
  applyMapping,
  type ClassMapping,
  describeMapping,
  mapClasses,
  mapValues,
  type Others,
  parseValueMap,
} from "./class-mapping.ts";
export { listLines, listText, parseClassList, requireClassNames, VOC_CLASSES } from "./classes.ts";
export { cropLabels, flipLabels, resizeLabels, turnedLabels } from "./crop-labels.ts";
export { fillVoid } from "./fill-void.ts";
export { type LabelMap, labelHistogram, labelMap, VOID } from "./label-map.ts";
export { decodeLabelMap, encodeLabelMap, LABEL_PNG_DEFAULTS, type LabelPngOptions } from "./label-png.ts";
export { type Palette, VOC_PALETTE } from "./palette.ts";
