/** Numbers as a person reads them; `-` for what is not there. */

/** A share from 0 to 1 as `12.3 %`. */
export function percentText(share: number | null | undefined): string {
  return share === null || share === undefined ? "-" : `${(100 * share).toFixed(1)} %`;
}

/** `40000` as `40,000`. */
export function countText(count: number | undefined): string {
  return count?.toLocaleString("en-US") ?? "-";
}

/** `42 s`, `17 min`, `3 h 5 min`. */
export function durationText(seconds: number | undefined): string {
  if (seconds === undefined) return "-";
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
