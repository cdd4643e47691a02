"""Makes the CRF's golden files with pydensecrf (built from github.com/lucasb-eyer/pydensecrf, numpy beside it).

    python scripts/reference/crf-golden.py test/golden

Format and names are those of scripts/golden/crf.ts: `<what>.<kernels>.<normalization>.it<iterations>`.
"""
import json
import struct
import sys
from pathlib import Path

import numpy as np
import pydensecrf.densecrf as dcrf

HEIGHT, WIDTH, CLASSES, SEED = 26, 34, 5, 1
NORMALIZATIONS = {
    "none": dcrf.NO_NORMALIZATION,
    "before": dcrf.NORMALIZE_BEFORE,
    "after": dcrf.NORMALIZE_AFTER,
    "symmetric": dcrf.NORMALIZE_SYMMETRIC,
}
KERNELS = {
    "k20": {"sg": 3, "wg": 3, "sxy": 20, "srgb": 3, "wb": 5},
    "k80": {"sg": 3, "wg": 3, "sxy": 80, "srgb": 13, "wb": 10},
}
TYPES = {"float32": "F32", "uint8": "U8", "int32": "I32"}


def save(path, tensors, metadata):
    """Writes one safetensors file; the bytes of each tensor must be a multiple of 4, so that all of them are aligned."""
    header, body = {"__metadata__": metadata}, b""
    for name, array in tensors.items():
        raw = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": TYPES[array.dtype.name], "shape": array.shape, "data_offsets": [len(body), len(body) + len(raw)]}
        assert len(raw) % 4 == 0, name
        body += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def scene(rng):
    """Discs on a gradient, with noise; and probabilities that know the discs, badly."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    labels = np.zeros((HEIGHT, WIDTH), int)
    image = np.stack([60 + 2 * x, 80 + 2 * y, 90 + x + y], -1).astype(float)
    for label in range(1, CLASSES):
        cy, cx, r = rng.integers(4, HEIGHT - 4), rng.integers(4, WIDTH - 4), rng.integers(4, 9)
        disc = (y - cy) ** 2 + (x - cx) ** 2 < r * r
        labels[disc] = label
        image[disc] = rng.integers(0, 256, 3)
    image = np.clip(image + rng.normal(0, 4, image.shape), 0, 255).astype(np.uint8)
    scores = rng.normal(0, 1, (CLASSES, HEIGHT, WIDTH))
    scores[labels, y, x] += 1.5
    power = np.exp(scores)
    return image, (-np.log(power / power.sum(0))).astype(np.float32)


def infer(image, unary, kernel, normalization, iterations, compatibility=None):
    crf = dcrf.DenseCRF2D(WIDTH, HEIGHT, CLASSES)
    crf.setUnaryEnergy(np.ascontiguousarray(unary.reshape(CLASSES, -1)))
    mode = NORMALIZATIONS[normalization]
    matrix = lambda w: w if compatibility is None else np.ascontiguousarray(w * compatibility)
    crf.addPairwiseGaussian(kernel["sg"], matrix(kernel["wg"]), normalization=mode)
    crf.addPairwiseBilateral(kernel["sxy"], kernel["srgb"], image, matrix(kernel["wb"]), normalization=mode)
    return np.array(crf.inference(iterations), dtype=np.float32).reshape(CLASSES, HEIGHT, WIDTH)


def potts_case(folder, rng):
    image, unary = scene(rng)
    tensors, atol = {"unary": unary}, {}
    factors = {"k20.none": 32.0, "k80.none": 256.0}
    labels = {}
    pixels = np.sort(rng.choice(HEIGHT * WIDTH, 48, replace=False)).astype(np.int32)
    tensors["pixels"] = pixels
    for kernels in KERNELS:
        for mode in NORMALIZATIONS:
            scaled = unary * np.float32(factors.get(f"{kernels}.{mode}", 1))
            for iterations in (1, 10):
                run = f"{kernels}.{mode}.it{iterations}"
                marginals = infer(image, scaled, KERNELS[kernels], mode, iterations)
                tensors[f"q.{run}"] = marginals.reshape(CLASSES, -1)[:, pixels]
                atol[f"q.{run}"] = 2e-4 if mode == "none" else 1e-4
                labels[f"labels.{run}"] = marginals.argmax(0).astype(np.uint8)
    tensors.update(labels)
    tensors["image"] = image
    save(folder / "crf-potts.safetensors", tensors, {
        "classes": str(CLASSES), "height": str(HEIGHT), "width": str(WIDTH), "kernels": json.dumps(KERNELS),
        "unary_factor": json.dumps(factors), "atol": json.dumps(atol),
    })


def options_case(folder, rng):
    """A full compatibility matrix, and standard deviations that differ by axis."""
    image, unary = scene(rng)
    matrix = rng.uniform(0, 1, (CLASSES, CLASSES))
    matrix = ((matrix + matrix.T) / 2 * (1 - np.eye(CLASSES))).astype(np.float32)
    anisotropic = {"sg": (2, 5), "wg": 2, "sxy": (30, 12), "srgb": (5, 9, 17), "wb": 4}
    save(folder / "crf-options.safetensors", {
        "unary": unary,
        "compatibility": matrix,
        "with_matrix": infer(image, unary, KERNELS["k80"], "symmetric", 5, matrix),
        "per_axis": infer(image, unary, anisotropic, "symmetric", 5),
        "image": image,
    }, {"classes": str(CLASSES), "height": str(HEIGHT), "width": str(WIDTH)})


if __name__ == "__main__":
    generator = np.random.default_rng(SEED)
    potts_case(Path(sys.argv[1]), generator)
    options_case(Path(sys.argv[1]), generator)
