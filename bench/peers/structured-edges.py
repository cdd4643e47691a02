"""Edge maps of OpenCV's structured edges for the photos and the forest of `bench/edges/agreement.ts`."""

import json
import sys

import cv2
import numpy as np


def main():
    folder, model = sys.argv[1], sys.argv[2]
    detector = cv2.ximgproc.createStructuredEdgeDetection(model)
    with open(f"{folder}/photos.json") as file:
        photos = json.load(file)
    for i, photo in enumerate(photos):
        image = np.fromfile(f"{folder}/{i}.u8", np.uint8).reshape(photo["height"], photo["width"], 3)
        detector.detectEdges(image.astype(np.float32) / 255).astype("<f4").tofile(f"{folder}/{i}.f32")
    print(cv2.__version__)


main()
