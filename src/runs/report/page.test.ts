import { describe, expect, it } from "vitest";
import { Evaluation } from "../../evaluate/index.ts";
import { parseLog, parseResults } from "../log.ts";
import { NO_PICTURES, type Run } from "../run.ts";
import { compareRows, listRows, runJson } from "../tables.ts";
import { reportPage } from "./page.ts";

const evaluation = new Evaluation(["background", "<cat>"]);
for (const id of ["a", "b"])
  evaluation.addRecord({
    id,
    counts: [
      [0, 0, 60],
      [1, 0, 10],
      [1, 1, 30],
    ],
    boundaryF1: undefined,
  });

const STEP = '"total":100,"learningRate":0.1,"samplesPerSecond":4,"readerShare":0.25,"residentBytes":2e9';
const SETS =
  '"sets":[{"folder":"my photos","split":"train","photos":1200}],"validation":{"folder":"my photos","split":"val","photos":2}';
const LOG = `{"type":"start","samples":0,${SETS},"time":"2026-01-01T00:00:00Z"}
{"type":"step","samples":10,"loss":2,${STEP},"time":"2026-01-01T00:00:30Z"}
{"type":"step","samples":50,"loss":1,${STEP},"time":"2026-01-01T00:02:00Z"}`;

function run(log: string, more: Partial<Run> = {}): Run {
  return {
    path: "runs/x",
    isRunning: true,
    settings: { seed: 1, data: { train: "train & val" } },
    log: parseLog(log),
    results: parseResults("samples,meanIoU,background,<cat>\n20,0.6,0.9,0.3\n50,0.55,0.9,0.2\n", "r"),
    evaluation,
    pictures: {
      ...NO_PICTURES,
      worst: [
        { file: "w.jpg", caption: 'a "<b>"' },
        { file: "gone.jpg", caption: "gone" },
      ],
      colors: [
        { name: "background", color: [0, 0, 0] },
        { name: "<cat>", color: [1, 2, 3] },
      ],
    },
    ...more,
  };
}
const options = { name: "x <y>", written: "today", files: new Map([["w.jpg", "QUJD"]]) };

describe("reportPage", () => {
  const page = reportPage(run(LOG), options);

  it("shows the parts of the loss, if it has several", () => {
    const taught = LOG.replaceAll('"loss"', '"lossParts":{"labels":0.25,"teacher scores":0.75},"loss"');
    expect(reportPage(run(taught), options)).toMatch(/labels.*0\.25.*teacher scores.*0\.75/s);
  });

  it("shows where the run is, its curves, scores, pictures and settings", () => {
    for (const text of [
      "50 of 100",
      "55.0 %",
      "60.0 %",
      "best mean IoU, at 20",
      "4.00",
      "25.0 %",
      "2.00 GB",
      "2 min",
    ]) {
      expect(page).toContain(`${text}<`);
    }
    for (const title of [
      "Training loss",
      "Mean IoU on the validation split",
      "IoU of each class",
      "Confusion matrix",
    ]) {
      expect(page).toContain(`<title>${title}`);
    }
    expect(page).toContain('<img src="data:image/jpeg;base64,QUJD" alt="a &quot;&lt;b&gt;&quot;"/>');
    expect(page).toContain('<div class="legend"><span><i style="background:rgb(1 2 3)"></i>&lt;cat&gt;</span></div>');
    expect(page).not.toContain("teacher");
    expect(page).not.toContain("gone");
    expect(page).toContain("<td>data.train</td><td>train &amp; val</td>");
    expect(page).toMatch(/Last mean IoU: 80\.4 % to 80\.4 % with 95 % confidence/);
  });

  it("says what was trained on, and how to repeat it", () => {
    expect(page).toContain("<td>training</td><td>my photos: 1,200 photos of train</td>");
    expect(page).toContain("<td>validation</td><td>my photos: 2 photos of val</td>");
    const command = "deconvnet train runs/x/args.yaml --data &#39;my photos&#39; --run runs/x-again";
    expect(page).toContain(`<pre>${command}</pre>`);
    const continued = reportPage(run(LOG.replace('"sets"', '"continued":40,"sets"')), options);
    expect(continued).toContain(`<pre>${command} --continue model-of-sample-40</pre>`);
    expect(reportPage(run(""), options)).not.toContain("To repeat it");
  });

  it("says what a run failed by, and that it was killed", () => {
    const failed = `${LOG}\n{"type":"end","samples":50,"finished":false,"error":"a loss <NaN>"}`;
    expect(reportPage(run(failed), options)).toContain('<p class="error">a loss &lt;NaN&gt;</p>');
    const killed = reportPage(run(LOG, { isRunning: false }), options);
    expect(killed).toContain("<b>50 of 100</b><span>killed</span>");
    expect(killed).not.toContain('http-equiv="refresh"');
  });

  it("asks for nothing, takes nothing for markup, and is read again while the run goes on", () => {
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
    expect(page.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|<link|@import|url\(/);
    expect(page).not.toMatch(/<cat>|<y>|<b>"/);
    expect(page).toContain('http-equiv="refresh"');
    const done = reportPage(run(`${LOG}\n{"type":"end","samples":100,"finished":true}`), options);
    expect(done).not.toContain('http-equiv="refresh"');
  });

  it("is there from the first step on", () => {
    const first = reportPage(run("", { results: [], evaluation: undefined, pictures: NO_PICTURES }), options);
    expect(first).toContain(">nothing yet</text>");
    expect(first).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("waits for no validation where there is none to come", () => {
    const start = '{"type":"start","samples":0,"validation":null}';
    const page = reportPage(run(start, { results: [], evaluation: undefined }), options);
    expect(page).toContain("<title>Training loss");
    expect(page).not.toContain("<title>Mean IoU");
  });
});

describe("tables of runs", () => {
  const done = run(`${LOG}\n{"type":"end","samples":100,"finished":true}`, {
    path: "runs/y",
    settings: { seed: 2, data: { train: "train & val" } },
  });

  it("list them in lines", () => {
    expect(listRows([run(LOG), done])).toEqual([
      ["run", "state", "samples", "best IoU", "at", "last IoU", "loss", "time"],
      ["runs/x", "running", "50/100", "60.0 %", "20", "55.0 %", "1.000", "2 min"],
      ["runs/y", "done", "100/100", "60.0 %", "20", "55.0 %", "1.000", "2 min"],
    ]);
  });

  it("compare them in columns, with the settings that differ", () => {
    const rows = compareRows([run(LOG), done]);
    expect(rows[0]).toEqual(["", "runs/x", "runs/y"]);
    expect(rows).toContainEqual(["  <cat>", "30.0 %", "30.0 %"]);
    expect(rows.at(-1)).toEqual(["seed", "1", "2"]);
    expect(rows.map(([name]) => name)).not.toContain("data.train");
  });

  it("are JSON too", () => {
    expect(JSON.parse(JSON.stringify(runJson(done)))).toMatchObject({
      run: "runs/y",
      state: "done",
      best: { samples: 20, meanIoU: 0.6, iou: { "<cat>": 0.3 } },
      settings: { seed: 2 },
    });
  });
});
