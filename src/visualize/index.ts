/** Pictures of label maps and scores. */
export { type Bar, barChart } from "./bar-chart.ts";
export { createCanvas, drawText, fillRectangle, LINE_HEIGHT, paste, textWidth } from "./canvas.ts";
export { confusionPlot } from "./confusion-plot.ts";
export { boxColor, drawBoxes } from "./draw-boxes.ts";
export { drawDirections, drawStrength, type Plane } from "./draw-planes.ts";
export { addLegend, type LegendEntry, legendEntries } from "./legend.ts";
export { type LineChartOptions, lineChart, type Series } from "./line-chart.ts";
export { MONTAGE_DEFAULTS, type MontageOptions, montage, type Tile } from "./montage.ts";
export { countText, durationText, percentText } from "./number-texts.ts";
export { colorize, OVERLAY_DEFAULTS, type OverlayOptions, overlay } from "./overlay.ts";
export { element, escapeXml } from "./svg.ts";
