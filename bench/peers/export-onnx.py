"""Writes DeconvNet as `torch.onnx` exports it: weights in a file of their own, the batch size fixed."""

import torch
from deconvnet import load
from rounds import read_safetensors, settings


def main():
    asked = settings()
    net, _ = load(asked["options"], asked["model"])
    images = torch.from_numpy(read_safetensors(asked["data"])["images"][: asked["batch"]].copy())
    names = {"input_names": ["input"], "output_names": ["scores"]}
    torch.onnx.export(net, (images,), asked["onnx"], dynamo=True, external_data=True, verbose=False, **names)


main()
