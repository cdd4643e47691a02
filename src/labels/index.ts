export { type LabelMap, labelHistogram, labelMap, VOID } from "./label-map.ts";
