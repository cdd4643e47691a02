/** How a report looks. Nothing in it is loaded from anywhere. */
export const REPORT_STYLE = `
:root { color-scheme: light; --ink: #202020; --soft: #5f6670; --line: #dfe3e8; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1440px; padding: 24px; font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: #f5f7f9; }
h1 { font-size: 22px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 28px 0 10px; }
p { margin: 4px 0; color: var(--soft); }
.tiles { display: flex; flex-wrap: wrap; gap: 10px; margin: 16px 0; }
.tile, .card { background: white; border: 1px solid var(--line); border-radius: 8px; }
.tile { padding: 8px 14px; min-width: 120px; }
.tile b { display: block; font-size: 18px; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 12px; }
.charts, .photos { display: grid; gap: 12px; align-items: start; grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--least)), 1fr)); }
.charts { --least: 390px; }
.photos { --least: 560px; }
.flow { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; }
.card { padding: 8px; min-width: 0; max-width: 100%; overflow-x: auto; }
.card svg { display: block; max-width: 100%; height: auto; }
.charts svg { width: 100%; }
.wide svg { max-width: none; }
figure { margin: 0; }
figure img { display: block; max-width: 100%; height: auto; border-radius: 4px; }
figcaption { font-size: 12px; color: var(--soft); padding-top: 4px; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 6px 0 10px; font-size: 12px; }
.legend i { display: inline-block; width: 11px; height: 11px; margin-right: 5px; border-radius: 2px; border: 1px solid #00000030; vertical-align: -1px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
td { padding: 1px 14px 1px 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { color: var(--soft); white-space: nowrap; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.error { color: #a1260d; font-weight: 600; overflow-wrap: anywhere; }
`;
