/** Checks a device with a small network: its scores, losses and gradients next to stored numbers. */
export { type CheckDeviceOptions, checkDevice, type DeviceReport, type FormReport } from "./check-device.ts";
export {
  CHECK_STEP,
  createCheckBatch,
  createCheckNet,
  createCheckParameters,
} from "./check-net.ts";
export { compareFigures, FIGURE_TOLERANCE, type FigureCheck, type ReferenceFigure } from "./compare-figures.ts";
export {
  type CheckTimes,
  type Device,
  type Measurement,
  measureDevice,
  scoreFigures,
  stepFigures,
} from "./measure-device.ts";
export { REFERENCE_FIGURES } from "./reference-figures.ts";
