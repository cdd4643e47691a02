/** Numbers as the command line prints them: as reports do. */
export { durationText as duration, percentText as percent } from "../visualize/index.ts";
