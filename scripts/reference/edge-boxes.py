"""Makes test/golden/edge-boxes.json: boxes and scores by OpenCV on a synthetic edge map.

Needs numpy and OpenCV with ximgproc (pip: opencv-contrib-python-headless). Run from the repository root:

    python scripts/reference/edge-boxes.py

The scene is drawn here from a seed: overlapping ellipses and rectangles, and texture. Strengths
are multiples of 2^-16 and orientations multiples of pi * 2^-16, so that two bytes a pixel store them exactly.
"""

import base64
import json

import cv2
import numpy as np

WIDTH, HEIGHT = 120, 80
RUNS = {
    "default": {"maxBoxes": 500},
    "eta": {"maxBoxes": 400, "beta": 0.9, "eta": 0.9996},
    "fine": {"maxBoxes": 300, "alpha": 0.75, "beta": 0.55, "minBoxArea": 300.0, "maxAspectRatio": 2.0},
    "groups": {"maxBoxes": 300, "edgeMinMag": 0.2, "edgeMergeThr": 0.3, "clusterMinMag": 1.0, "gamma": 1.0, "kappa": 1.2},
}


def scene(rng):
    photo = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(9):
        centre = (int(rng.integers(10, WIDTH - 10)), int(rng.integers(10, HEIGHT - 10)))
        axes = (int(rng.integers(6, 30)), int(rng.integers(6, 25)))
        grey = float(rng.uniform(0.1, 1))
        if rng.random() < 0.6:
            cv2.ellipse(photo, centre, axes, float(rng.uniform(0, 180)), 0, 360, grey, -1)
        else:
            cv2.rectangle(photo, centre, (centre[0] + axes[0], centre[1] + axes[1]), grey, -1)
    # Texture as in a photo: without it many boxes differ by a row of nothing and score exactly the same.
    for sigma in (1.5, 3, 6):
        noise = cv2.GaussianBlur(rng.normal(0, 1, photo.shape).astype(np.float32), (0, 0), sigma)
        photo += 0.25 * noise / noise.std()
    smooth = cv2.GaussianBlur(photo, (0, 0), 1.0)
    dx, dy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength = np.hypot(dx, dy)
    return np.minimum(strength / np.percentile(strength, 99), 1).astype(np.float32)


def main():
    raw = np.round(scene(np.random.default_rng(7)) * 65535).astype("<u2")
    edges_raw = raw.astype(np.float32) / np.float32(65536)
    orientation = orientation_of(edges_raw)
    angle = np.clip(np.floor(orientation * 65536 / np.pi), 0, 65535).astype("<u2")
    orientation = (angle * (np.pi / 65536)).astype(np.float32)
    kept = thin(edges_raw, orientation)
    edges = np.where(kept, edges_raw, 0).astype(np.float32)
    out = {
        "tool": f"OpenCV {cv2.__version__} ximgproc",
        "width": WIDTH,
        "height": HEIGHT,
        "edges": base64.b64encode(np.where(kept, raw, 0).astype("<u2").tobytes()).decode(),
        "orientation": base64.b64encode(angle.tobytes()).decode(),
        "runs": {},
    }
    for name, options in RUNS.items():
        boxes, scores = cv2.ximgproc.createEdgeBoxes(**options).getBoundingBoxes(edges, orientation)
        out["runs"][name] = {
            "options": options,
            "boxes": np.asarray(boxes).reshape(-1).tolist(),
            "scores": [float(f"{s:.8g}") for s in np.asarray(scores).reshape(-1)],
        }
    with open("test/golden/edge-boxes.json", "w", encoding="utf8") as file:
        json.dump(out, file, separators=(",", ":"))
        file.write("\n")


def orientation_of(edges):
    smooth = cv2.GaussianBlur(edges, (9, 9), 0)
    dxx, dyy = cv2.Sobel(smooth, cv2.CV_32F, 2, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 2)
    dxy = cv2.Sobel(smooth, cv2.CV_32F, 1, 1)
    return np.mod(np.arctan(dyy * np.sign(-dxy) / (dxx + 1e-5)), np.pi)


def thin(edges, orientation):
    """True where no sample within 2 px along the normal is stronger."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    keep = np.ones(edges.shape, bool)
    for d in (-2, -1, 1, 2):
        x, y = xs + d * np.cos(orientation), ys + d * np.sin(orientation)
        keep &= cv2.remap(edges, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR) <= edges
    return keep


main()
