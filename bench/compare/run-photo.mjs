/** From a photo's file to its label map; with `load`, loading the model is part of the work. */
import { loadSegmenter, readPhoto } from "deconvnet/node";
import { serveRounds, settings } from "./serve-rounds.mjs";

const { model, photo, threads, load } = settings;

async function segment(segmenter) {
  await segmenter.segment(await readPhoto(photo));
}

async function loadAndSegment() {
  const segmenter = await loadSegmenter(model, { threads });
  await segment(segmenter);
  await segmenter.dispose();
}

if (load) await serveRounds({}, loadAndSegment);
else {
  const segmenter = await loadSegmenter(model, { threads });
  await segment(segmenter);
  await serveRounds({ tileSize: segmenter.tileSize }, () => segment(segmenter));
}
