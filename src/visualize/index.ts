export { createCanvas, drawText, fillRectangle, LINE_HEIGHT, paste, textWidth } from "./canvas.ts";
export { drawBoxes } from "./draw-boxes.ts";
export { drawDirections, drawStrength, type Plane } from "./draw-planes.ts";
export { addLegend, type LegendEntry, legendEntries } from "./legend.ts";
export { type LineChartOptions, lineChart, type Series } from "./line-chart.ts";
export { MONTAGE_DEFAULTS, type MontageOptions, montage, type Tile } from "./montage.ts";
export { colorize, OVERLAY_DEFAULTS, type OverlayOptions, overlay } from "./overlay.ts";
