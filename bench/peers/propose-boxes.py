"""Boxes of OpenCV's EdgeBoxes for the edge maps of `bench/edges/recall.ts`, counted from 0, best first; JSON a line."""

import json
import sys

import cv2
import numpy as np


def main():
    folder, most = sys.argv[1], int(sys.argv[2])
    cv2.setNumThreads(1)
    print(json.dumps({"version": cv2.__version__}))
    with open(f"{folder}/photos.json") as file:
        photos = json.load(file)
    for photo in photos:
        shape = photo["height"], photo["width"]
        edges, orientation = (
            np.fromfile(f"{folder}/{photo['name']}.{kind}.f32", np.float32).reshape(shape)
            for kind in ("edges", "orientation")
        )
        boxes, _ = cv2.ximgproc.createEdgeBoxes(maxBoxes=most).getBoundingBoxes(edges, orientation)
        # OpenCV keeps MATLAB's counting from 1.
        print(json.dumps([[int(x) - 1, int(y) - 1, int(w), int(h)] for x, y, w, h in boxes]))


main()
