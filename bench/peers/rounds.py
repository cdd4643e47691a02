"""What a measured program says to the bench, as `bench/compare/serve-rounds.mjs` does, and the files that it is given."""

import json
import re
import sys
import time

import numpy as np

SHORTEST = 0.2
SAMPLES = 1000
DTYPES = {"F32": np.float32, "I32": np.int32}


def settings():
    return json.loads(sys.argv[1])


def read_safetensors(path):
    """One tensor after the other, so that no second copy of the file is in memory."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        header.pop("__metadata__", None)
        tensors = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            dtype = np.dtype(DTYPES[entry["dtype"]])
            file.seek(8 + size + begin)
            tensors[name] = np.fromfile(file, dtype, (end - begin) // dtype.itemsize).reshape(entry["shape"])
    return tensors


def sample_of(numbers):
    """About a thousand of them, evenly spread: the same ones as `sampleOf` takes."""
    flat = np.ascontiguousarray(numbers).reshape(-1)
    return flat[:: flat.size // SAMPLES | 1].tolist()


def serve_rounds(facts, work):
    say({"facts": facts})
    for line in sys.stdin:
        if line.strip() == "end":
            break
        say({"milliseconds": timed(work)})
    with open("/proc/self/status") as status:
        peak = re.search(r"VmHWM:\s*(\d+)", status.read())
    say({"peakBytes": 1024 * int(peak.group(1))})


def timed(work):
    start, runs = time.perf_counter(), 0
    while True:
        work()
        runs += 1
        elapsed = time.perf_counter() - start
        if elapsed >= SHORTEST:
            return 1000 * elapsed / runs


def say(line):
    print(json.dumps(line), flush=True)
