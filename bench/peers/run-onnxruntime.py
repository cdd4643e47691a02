"""The forward pass of an ONNX file in ONNX Runtime for Python."""

import onnxruntime
from rounds import read_safetensors, sample_of, serve_rounds, settings


def main():
    asked = settings()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = asked["threads"]
    session = onnxruntime.InferenceSession(asked["onnx"], options, providers=["CPUExecutionProvider"])
    images = read_safetensors(asked["data"])["images"][: asked["batch"]].copy()

    def forward():
        return session.run(["scores"], {"input": images})[0]

    serve_rounds({"sample": sample_of(forward())}, forward)


main()
