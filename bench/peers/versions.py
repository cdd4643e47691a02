"""Versions of the Python peers that are installed, as JSON; of PyTorch also what it was built with."""

import importlib
import json
import platform


def version_of(package):
    try:
        return importlib.import_module(package).__version__
    except ImportError:
        return None


def torch_build():
    """The build settings and the processor's part in them, without paths of the machine that it was built on."""
    import torch

    lines = [line.strip("- ").strip() for line in torch.__config__.show().splitlines()]
    capability = next(line for line in lines if line.startswith("CPU capability"))
    settings = next(line for line in lines if line.startswith("Build settings:")).removeprefix("Build settings:")
    kept = [part.strip() for part in settings.split(", ") if part.strip() and "/" not in part and "CUDA" not in part]
    return "; ".join([capability, *kept])


def main():
    found = {name: version_of(name) for name in ("torch", "numpy", "onnx", "onnxscript", "onnxruntime")}
    if found["torch"]:
        found["torch build"] = torch_build()
    print(json.dumps({"python": platform.python_version(), **found}))


main()
