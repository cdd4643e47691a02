"""Mean fields with pydensecrf, the same one again and again; prints one line of JSON: the seconds of each from the unary to the
labels, CPU seconds of all, peak memory.

    python run.py problem.json   (PYTHONPATH holds pydensecrf)
"""
import json
import re
import resource
import sys
import time

import numpy as np
import pydensecrf.densecrf as dcrf

problem = json.load(open(sys.argv[1]))
height, width, classes = problem["height"], problem["width"], problem["classes"]
image = np.fromfile(problem["image"], np.uint8).reshape(height, width, 3)
unary = np.fromfile(problem["unary"], np.float32).reshape(classes, -1)
smoothness, appearance = problem["smoothness"], problem["appearance"]

before = resource.getrusage(resource.RUSAGE_SELF)
times = []
for _ in range(problem["calls"]):
    start = time.perf_counter()
    crf = dcrf.DenseCRF2D(width, height, classes)
    crf.setUnaryEnergy(unary)
    crf.addPairwiseGaussian(smoothness["spatialStd"], smoothness["weight"])
    crf.addPairwiseBilateral(appearance["spatialStd"], appearance["colorStd"], image, appearance["weight"])
    marginals = np.array(crf.inference(problem["iterations"]))
    labels = marginals.argmax(0).astype(np.uint8)
    times.append(time.perf_counter() - start)
after = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss, which begins with what the parent had.
peak = int(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read()).group(1))
labels.tofile(problem["labels"])
cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
print(json.dumps({"times": times, "cpuSeconds": cpu, "peakBytes": peak * 1024}))
