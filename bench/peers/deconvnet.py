"""DeconvNet in PyTorch, with the options and weights of this project's model files."""

import torch
import torch.nn.functional as F
from rounds import read_safetensors
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

ENCODER = {1: 2, 2: 2, 3: 3, 4: 3, 5: 3}
KINDS = {"scale": "weight", "shift": "bias"}


class DeconvNet(nn.Module):
    def __init__(self, inputSize, classes, widths, fcWidth, decoderLayers, plainBlocks, lastWidth=None):
        super().__init__()
        self.layers = nn.ModuleDict()
        # What `forward` does, in this order: ("layer", name, batch norm, ReLU), ("pool", block), ("unpool", block).
        self.steps = []
        width = dict(zip(range(1, 6), widths))
        last = lastWidth or width[1]
        channels = 3
        for block, count in ENCODER.items():
            for number in range(1, count + 1):
                norm = f"bn{block}_{number}" if block > plainBlocks else None
                self.add(f"conv{block}_{number}", nn.Conv2d(channels, width[block], 3, padding=1), norm)
                channels = width[block]
            self.steps.append(("pool", block))
        if fcWidth > 0:
            kernel = inputSize // 32
            self.add("fc6", nn.Conv2d(channels, fcWidth, kernel), "bnfc6")
            self.add("fc7", nn.Conv2d(fcWidth, fcWidth, 1), "bnfc7")
            self.add("fc6-deconv", nn.ConvTranspose2d(fcWidth, channels, kernel), "fc6-deconv-bn")
        for block, count in zip(range(5, 0, -1), decoderLayers):
            self.steps.append(("unpool", block))
            full = ENCODER[block]
            for number in range(full - count + 1, full + 1):
                narrower = last if block == 1 else width[block - 1]
                outputs = narrower if number == full or block == 1 else width[block]
                layer = nn.ConvTranspose2d(channels, outputs, 3, padding=1)
                self.add(f"deconv{block}_{number}", layer, f"debn{block}_{number}")
                channels = outputs
        self.add("seg-score-voc", nn.Conv2d(channels, classes, 1), None, relu=False)

    def add(self, name, layer, norm, relu=True):
        self.layers[name] = layer
        if norm:
            self.layers[norm] = nn.BatchNorm2d(layer.out_channels)
        self.steps.append(("layer", name, norm, relu))

    def forward(self, x):
        switches = {}
        for kind, name, *rest in self.steps:
            if kind == "pool":
                x, switches[name] = F.max_pool2d(x, 2, 2, return_indices=True)
            elif kind == "unpool":
                x = F.max_unpool2d(x, switches[name], 2, 2)
            else:
                norm, relu = rest
                x = self.layers[name](x)
                x = self.layers[norm](x) if norm else x
                x = F.relu(x) if relu else x
        return x


class LinearConvolution(nn.Module):
    """A kernel that covers its whole input: a matrix product."""

    def __init__(self, conv):
        super().__init__()
        self.weight = nn.Parameter(conv.weight.detach().flatten(1))
        self.bias = conv.bias

    def forward(self, x):
        return F.linear(x.flatten(1), self.weight, self.bias)[:, :, None, None]


class LinearDeconvolution(nn.Module):
    """A transposed convolution of one pixel: a matrix product."""

    def __init__(self, deconv):
        super().__init__()
        self.shape = deconv.weight.shape[1:]
        self.weight = nn.Parameter(deconv.weight.detach().flatten(1))
        self.bias = deconv.bias

    def forward(self, x):
        return (x.flatten(1) @ self.weight).view(-1, *self.shape) + self.bias[:, None, None]


def load(options, model, training=False, frozen=(), rewritten=False, channelsLast=False):
    """The net with the weights of a file. `rewritten`: in the form that this project computes it in."""
    with torch.device("meta"):
        net = DeconvNet(**options)
    state = {}
    for name, numbers in read_safetensors(model).items():
        layer, kind = name.rsplit(".", 1)
        state[f"layers.{layer}.{KINDS.get(kind, kind)}"] = torch.from_numpy(numbers)
        if kind == "running_mean":
            state[f"layers.{layer}.num_batches_tracked"] = torch.tensor(0)
    net.load_state_dict(state, assign=True)
    net.train(training)
    count = sum(parameter.numel() for name, parameter in net.named_parameters() if name.split(".")[1] not in frozen)
    if rewritten:
        rewrite(net, fold=not training)
    for name in frozen:
        net.layers[name].requires_grad_(False)
    return net.to(memory_format=torch.channels_last) if channelsLast else net, count


def rewrite(net, fold):
    """Batch norm into the layer before it, transposed convolutions as convolutions, fc6 and its mirror as matrix products."""
    for index, (kind, name, *rest) in enumerate(net.steps):
        if kind != "layer":
            continue
        norm, relu = rest
        layer = net.layers[name]
        transposed = isinstance(layer, nn.ConvTranspose2d)
        if norm and fold:
            layer = fuse_conv_bn_eval(layer, net.layers[norm], transpose=transposed)
            del net.layers[norm]
            net.steps[index] = (kind, name, None, relu)
        if name in ("fc6", "fc7"):
            layer = LinearConvolution(layer)
        elif name == "fc6-deconv":
            layer = LinearDeconvolution(layer)
        elif transposed:
            layer = as_convolution(layer)
        net.layers[name] = layer


def as_convolution(deconv):
    """With stride 1: in and out swapped, the kernel turned by 180 degrees."""
    with torch.device("meta"):
        conv = nn.Conv2d(deconv.in_channels, deconv.out_channels, deconv.kernel_size, padding=1)
    weight = deconv.weight.detach().transpose(0, 1).flip(2, 3).contiguous()
    conv.load_state_dict({"weight": weight, "bias": deconv.bias.detach()}, assign=True)
    return conv
