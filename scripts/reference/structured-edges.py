"""Makes test/golden/structured-edges.json: OpenCV's edge map for a drawn photo and a forest of this project.

Needs numpy and OpenCV with ximgproc (pip: opencv-contrib-python-headless). Run from the repository root; the forest is
written by `npx tsx scripts/reference/structured-edges-forest.ts FILE.yml.gz`:

    python scripts/reference/structured-edges.py FILE.yml.gz
"""

import base64
import json
import sys

import cv2
import numpy as np

WIDTH, HEIGHT = 61, 46


def photo(rng):
    image = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    for _ in range(7):
        centre = (int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT)))
        colour = [float(c) for c in rng.uniform(0, 255, 3)]
        cv2.circle(image, centre, int(rng.integers(4, 20)), colour, -1)
    image += rng.normal(0, 6, image.shape)
    return np.clip(np.round(cv2.GaussianBlur(image, (0, 0), 0.8)), 0, 255).astype(np.uint8)


def main():
    image = photo(np.random.default_rng(3))
    detector = cv2.ximgproc.createStructuredEdgeDetection(sys.argv[1])
    edges = detector.detectEdges(image.astype(np.float32) / 255)
    out = {
        "tool": f"OpenCV {cv2.__version__} ximgproc",
        "width": WIDTH,
        "height": HEIGHT,
        "image": base64.b64encode(image.tobytes()).decode(),
        "edges": base64.b64encode(edges.astype("<f4").tobytes()).decode(),
    }
    with open("test/golden/structured-edges.json", "w", encoding="utf8") as file:
        json.dump(out, file, separators=(",", ":"))
        file.write("\n")


main()
