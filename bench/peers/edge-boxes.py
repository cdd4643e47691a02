"""Times OpenCV's EdgeBoxes and structured edges on the files of `bench/edge-boxes.bench.ts`; prints medians as JSON."""

import json
import sys
import time

import cv2
import numpy as np

WARM_UP, RUNS = 2, 11


def median_ms(run):
    times = []
    for i in range(WARM_UP + RUNS):
        start = time.perf_counter()
        run()
        if i >= WARM_UP:
            times.append(1000 * (time.perf_counter() - start))
    return sorted(times)[RUNS // 2]


def main():
    folder, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    cv2.setNumThreads(1)
    image = np.fromfile(f"{folder}/image.u8", np.uint8).reshape(height, width, 3).astype(np.float32) / 255
    edges = np.fromfile(f"{folder}/edges.f32", np.float32).reshape(height, width)
    orientation = np.fromfile(f"{folder}/orientation.f32", np.float32).reshape(height, width)
    detector = cv2.ximgproc.createStructuredEdgeDetection(f"{folder}/forest.yml.gz")
    boxes = median_ms(lambda: cv2.ximgproc.createEdgeBoxes(maxBoxes=2000).getBoundingBoxes(edges, orientation))
    print(json.dumps({"version": cv2.__version__, "boxes": boxes, "edges": median_ms(lambda: detector.detectEdges(image))}))


main()
