"""Makes the golden files of test/golden/engine with PyTorch, an implementation that shares no code with this package.

    pip install torch==2.13.0 numpy
    python scripts/reference/engine-golden.py test/golden/engine

Reference values are computed in float64 from float32 inputs and rounded to float32. The tolerance of a tensor is ten times
the largest error of the same computation in float32, thirty times for whole nets (at least ten half-ulps of its largest
value), rounded up to one digit.
"""

import datetime
import json
import math
import platform
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

VOID = 255
# Errors of twenty layers add up; how they do differs more from one order of summation to another.
NET_FACTOR = 30


DTYPES = {torch.float64: "F64", torch.int64: "I64", torch.float32: "F32", torch.int32: "I32", torch.uint8: "U8"}


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def write_safetensors(path, tensors, metadata):
    """Wide types first, so that every tensor is aligned; the same bytes on every run."""
    ordered = sorted(tensors.items(), key=lambda item: -item[1].element_size())
    header, end = {"__metadata__": metadata}, 0
    for name, tensor in ordered:
        begin, end = end, end + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = compact(header).encode()
    text += b" " * (-len(text) % 8)
    data = b"".join(tensor.detach().contiguous().numpy().tobytes() for _, tensor in ordered)
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def rounded_up(value):
    """To one digit, upwards."""
    if value == 0:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(value))
    return float(f"{math.ceil(value / unit - 1e-9) * unit:.0e}")


def tolerance(exact, single, factor):
    """`factor` times the error of float32; at least ten half-ulps of the largest value."""
    largest = float(exact.abs().max())
    floor = 10 * 2.0 ** (math.floor(math.log2(largest)) - 24) if largest > 0 else 1e-30
    return rounded_up(max(factor * float((exact - single.double()).abs().max()), floor))


class Case:
    """One file: inputs as they are, outputs with the tolerance that float32 needs."""

    def __init__(self, name, factor=10, **metadata):
        self.name = name
        self.factor = factor
        self.tensors = {}
        self.atol = {}
        self.metadata = metadata

    def put(self, **tensors):
        self.tensors.update(tensors)

    def compare(self, name, exact, single, keep64=False):
        self.tensors[name] = exact.detach() if keep64 else exact.detach().float()
        self.atol[name.replace("grad64.", "grad.")] = tolerance(exact.detach(), single.detach(), self.factor)

    def save(self, folder):
        text = {key: value if isinstance(value, str) else compact(value) for key, value in self.metadata.items()}
        text |= {"case": self.name, "tool": f"PyTorch {torch.__version__}", "atol": compact(self.atol)}
        path = folder / f"{self.name}.safetensors"
        write_safetensors(path, self.tensors, text)
        return path


def operator(case, inputs, function, constants=None):
    """y = function(inputs) and the gradients of sum(y * g_y), in both precisions."""
    constants = constants or {}
    runs = []
    for dtype in (torch.float64, torch.float32):
        leaves = {name: value.to(dtype).requires_grad_() for name, value in inputs.items()}
        others = {name: value.to(dtype) for name, value in constants.items()}
        y = function(**leaves, **others)
        if not runs:
            g_y = torch.randn(y.shape)
        y.backward(g_y.to(dtype))
        runs.append((y, leaves))
    (exact, exact_leaves), (single, single_leaves) = runs
    case.put(**inputs, **constants, g_y=g_y)
    case.compare("y", exact, single)
    for name in inputs:
        case.compare(f"g_{name}", exact_leaves[name].grad, single_leaves[name].grad)
    return exact.detach()


def convolution(name, transposed, x, weight, bias, stride, pad):
    case = Case(name, kernel=weight[-1], stride=stride, pad=pad)
    inputs = {"x": torch.randn(x), "weight": torch.randn(weight) / 3}
    if bias:
        inputs["bias"] = torch.randn(weight[1 if transposed else 0])
    convolve = F.conv_transpose2d if transposed else F.conv2d
    operator(case, inputs, lambda x, weight, bias=None: convolve(x, weight, bias, stride=stride, padding=pad))
    return case


def max_pool(name, x, kernel, stride, pad, ceil):
    case = Case(name, kernel=kernel, stride=stride, pad=pad, ceil_mode=str(ceil))
    values = torch.randn(x)
    values[:, 0, :2, :2] = 0  # a tie: the first one wins

    def pool(x):
        return F.max_pool2d(x, kernel, stride, pad, ceil_mode=ceil)

    operator(case, {"x": values}, pool)
    _, indices = F.max_pool2d(values, kernel, stride, pad, ceil_mode=ceil, return_indices=True)
    case.put(indices=indices)
    return case


def max_unpool(name, x, size):
    case = Case(name, kernel=2, stride=2, output_h=size[0], output_w=size[1])
    before = torch.randn(*x[:2], *size)
    pooled, indices = F.max_pool2d(before, 2, 2, return_indices=True)
    operator(case, {"x": torch.randn_like(pooled)}, lambda x: F.max_unpool2d(x, indices, 2, 2, output_size=size))
    case.put(indices=indices)
    return case


def batch_norm_training(name, x, eps, momentum):
    channels = x[1]
    case = Case(name, eps=eps, momentum=momentum)
    inputs = {"x": 3 * torch.randn(x) + 1, "scale": torch.rand(channels) + 0.5, "shift": torch.randn(channels)}
    operator(case, inputs, lambda x, scale, shift: F.batch_norm(x, None, None, scale, shift, True, 0.1, eps))
    mean, var = torch.randn(channels), torch.rand(channels) + 0.5
    after = mean.double(), var.double()
    values = inputs["x"].double()
    F.batch_norm(values, *after, training=True, momentum=momentum, eps=eps)
    case.put(
        batch_mean=values.mean((0, 2, 3)).float(),
        batch_var_biased=values.var((0, 2, 3), unbiased=False).float(),
        running_mean_before=mean,
        running_var_before=var,
        running_mean_after=after[0].float(),
        running_var_after=after[1].float(),
    )
    return case


def batch_norm_eval(name, x, eps):
    channels = x[1]
    inputs = {"x": torch.randn(x), "scale": torch.rand(channels) + 0.5, "shift": torch.randn(channels)}
    constants = {"running_mean": torch.randn(channels), "running_var": torch.rand(channels) + 0.5}

    def normalize(x, scale, shift, running_mean, running_var):
        return F.batch_norm(x, running_mean, running_var, scale, shift, False, 0.1, eps)

    case = Case(name, eps=eps)
    operator(case, inputs, normalize, constants)
    return case


def softmax_cross_entropy(name, logits, scale):
    case = Case(name, ignore_label=VOID, classes=logits[1])
    values = scale * torch.randn(logits)
    labels = torch.randint(0, logits[1], (logits[0], *logits[2:]))
    labels[torch.rand(labels.shape) < 0.2] = VOID
    g_loss = 0.75
    runs = []
    for dtype in (torch.float64, torch.float32):
        leaf = values.to(dtype).requires_grad_()
        mean = F.cross_entropy(leaf, labels, ignore_index=VOID)
        total = F.cross_entropy(leaf, labels, ignore_index=VOID, reduction="sum")
        (mean * g_loss).backward()
        runs.append((mean.reshape(1), total.reshape(1), leaf.grad))
    for key, exact, single in zip(("loss_mean", "loss_sum", "g_logits"), *runs):
        case.compare(key, exact, single, keep64=key != "g_logits")
    case.put(logits=values, labels=labels.byte(), valid_count=(labels != VOID).sum().reshape(1))
    case.put(g_loss=torch.tensor([g_loss], dtype=torch.float64))
    return case


def resize(name, x, size, antialias):
    case = Case(name, out_h=size[0], out_w=size[1], antialias=str(antialias), align_corners="False")
    operator(
        case,
        {"x": torch.randn(x)},
        lambda x: F.interpolate(x, size, mode="bilinear", align_corners=False, antialias=antialias),
    )
    return case


def log_softmax(name, x, axis):
    case = Case(name, axis=axis)
    operator(case, {"x": 5 * torch.randn(x)}, lambda x: F.log_softmax(x, axis))
    return case


def relu(name, x):
    case = Case(name)
    values = torch.randn(x)
    values[0, 0, 0, :2] = 0
    operator(case, {"x": values}, lambda x: F.relu(x))
    return case


class DeconvNet:
    """DeconvNet whose first blocks have no batch norm and whose decoder has one deconvolution a block."""

    ENCODER = {1: (1, 2), 2: (1, 2), 3: (1, 2, 3), 4: (1, 2, 3), 5: (1, 2, 3)}
    DECODER = {5: 3, 4: 3, 3: 3, 2: 2, 1: 2}
    EPS, MOMENTUM = 1e-5, 0.1

    def __init__(self, widths, fc, classes, size, plain_blocks, seed):
        generator = torch.Generator().manual_seed(seed)
        self.parameters, self.layers = {}, []
        self.plain = plain_blocks
        w = dict(zip((1, 2, 3, 4, 5), widths))

        def normal(*shape):
            return torch.randn(*shape, generator=generator)

        def add(kind, layer, inputs, outputs, kernel, norm=None):
            shape = (inputs, outputs) if kind == "deconv" else (outputs, inputs)
            fan_in = inputs * (1 if layer == "fc6-deconv" else kernel**2)
            deviation = math.sqrt(2 / fan_in) if norm or kind != "conv" or layer.startswith("conv") else 0.1
            self.parameters[f"{layer}.weight"] = deviation * normal(*shape, kernel, kernel)
            self.parameters[f"{layer}.bias"] = 0.1 * normal(outputs)
            if norm:
                self.parameters[f"{norm}.scale"] = 1 + 0.2 * normal(outputs)
                self.parameters[f"{norm}.shift"] = 0.3 * normal(outputs) + (0.3 if "fc" in layer else 0)
            self.layers.append((kind, layer, kernel, norm))

        inputs = 3
        for block, numbers in self.ENCODER.items():
            for number in numbers:
                norm = None if block <= plain_blocks else f"bn{block}_{number}"
                add("conv", f"conv{block}_{number}", inputs, w[block], 3, norm)
                inputs = w[block]
            self.layers.append(("pool", f"pool{block}", 2, None))
        add("full", "fc6", inputs, fc, size // 32, "bnfc6")
        add("full", "fc7", fc, fc, 1, "bnfc7")
        add("deconv", "fc6-deconv", fc, w[5], size // 32, "fc6-deconv-bn")
        inputs = w[5]
        for block, number in self.DECODER.items():
            self.layers.append(("unpool", f"pool{block}", 2, None))
            outputs = w[max(block - 1, 1)]
            add("deconv", f"deconv{block}_{number}", inputs, outputs, 3, f"debn{block}_{number}")
            inputs = outputs
        add("score", "seg-score-voc", inputs, classes, 1)

    def norms(self):
        return [norm for *_, norm in self.layers if norm]

    def forward(self, x, p, running, training, trace=None):
        """`trace` collects switches and signs, and how near they are to turning over."""
        switches, sizes = {}, {}
        for kind, layer, kernel, norm in self.layers:
            if kind == "pool":
                sizes[layer] = x.shape[2:]
                windows = F.unfold(x, 2, stride=2).reshape(x.shape[0], x.shape[1], 4, -1)
                top = windows.topk(2, dim=2).values
                x, switches[layer] = F.max_pool2d(x, 2, 2, return_indices=True)
                if trace is not None:
                    gaps = (top[:, :, 0] - top[:, :, 1])[top[:, :, 0] > 0]
                    trace["choices"].append(switches[layer])
                    trace["margin"] = min([trace["margin"], *gaps.flatten().tolist()])
                continue
            if kind == "unpool":
                x = F.max_unpool2d(x, switches[layer], 2, 2, output_size=sizes[layer])
                continue
            weight, bias = p[f"{layer}.weight"], p[f"{layer}.bias"]
            pad = 0 if kind in ("full", "score") or layer == "fc6-deconv" else 1
            x = (F.conv_transpose2d if kind == "deconv" else F.conv2d)(x, weight, bias, padding=pad)
            if norm:
                statistics = running[f"{norm}.running_mean"], running[f"{norm}.running_var"]
                x = F.batch_norm(x, *statistics, p[f"{norm}.scale"], p[f"{norm}.shift"], training, self.MOMENTUM, self.EPS)
            if kind != "score":
                if trace is not None:
                    trace["choices"].append(x > 0)
                    trace["margin"] = min(trace["margin"], float(x.detach().abs().min()))
                x = F.relu(x)
        return x, switches

    def train(self, x, labels, dtype, steps, lr, momentum, decay, bias_lr, bias_decay):
        p = {name: value.to(dtype, copy=True).requires_grad_() for name, value in self.parameters.items()}
        width = {norm: self.parameters[f"{norm}.scale"].shape for norm in self.norms()}
        running = {f"{norm}.running_mean": torch.zeros(width[norm], dtype=dtype) for norm in width}
        running |= {f"{norm}.running_var": torch.ones(width[norm], dtype=dtype) for norm in width}
        velocity = {name: torch.zeros_like(value) for name, value in p.items()}
        result = {"losses": [], "choices": [], "margin": math.inf}
        for step in range(steps):
            trace = {"choices": [], "margin": math.inf}
            score, switches = self.forward(x.to(dtype), p, running, True, trace)
            loss = F.cross_entropy(score, labels.long(), ignore_index=VOID)
            gradients = torch.autograd.grad(loss, list(p.values()))
            result["losses"].append(loss.item())
            result["choices"].append(trace["choices"])
            result["margin"] = min(result["margin"], trace["margin"])
            if step == 0:
                result |= {"score": score.detach(), "switches": switches, "gradients": dict(zip(p, gradients))}
                result["running1"] = {name: value.clone() for name, value in running.items()}
            with torch.no_grad():
                for name, gradient in zip(p, gradients):
                    rate, share = (lr * bias_lr, decay * bias_decay) if name.endswith(".bias") else (lr, decay)
                    velocity[name].mul_(momentum).add_(rate * (gradient + share * p[name]))
                    p[name].sub_(velocity[name])
        with torch.no_grad():
            evaluated, _ = self.forward(x.to(dtype), p, running, False)
        return result | {"after": p, "running": running, "eval": evaluated}


def deconvnet(name):
    settings = {"steps": 3, "lr": 0.02, "momentum": 0.8, "decay": 0.001, "bias_lr": 3, "bias_decay": 0.5}
    size, classes, batch = 32, 3, 3
    for seed in range(1, 1000):
        generator = torch.Generator().manual_seed(seed)
        net = DeconvNet((2, 2, 3, 3, 3), 4, classes, size, plain_blocks=2, seed=seed)
        x = torch.randn(batch, 3, size, size, generator=generator)
        labels = torch.randint(0, classes, (batch, size, size), generator=generator).byte()
        labels[torch.rand(labels.shape, generator=generator) < 0.1] = VOID
        exact = net.train(x, labels, torch.float64, **settings)
        single = net.train(x, labels, torch.float32, **settings)
        same = all(torch.equal(a, b) for e, s in zip(exact["choices"], single["choices"]) for a, b in zip(e, s))
        # No decision may turn over between one float32 implementation and another.
        if same and exact["margin"] > 3e-6:
            break
    else:
        raise SystemExit("no seed without a near decision")
    case = Case(
        name,
        NET_FACTOR,
        bn_eps=net.EPS,
        bn_momentum=net.MOMENTUM,
        lr=settings["lr"],
        momentum=settings["momentum"],
        weight_decay=settings["decay"],
        bias_lr_mult=settings["bias_lr"],
        bias_decay_mult=settings["bias_decay"],
        classes=classes,
        ignore_label=VOID,
        steps=settings["steps"],
        batch=batch,
        input_size=size,
        sample_stride=5,
        seed=seed,
        min_margin=exact["margin"],
    )
    case.put(input=x, labels=labels, **{f"param.{key}": value for key, value in net.parameters.items()})
    case.put(**{f"pool{block}_mask": exact["switches"][f"pool{block}"].int() for block in range(2, 6)})
    case.put(pool1_mask=exact["switches"]["pool1"][:1].int())
    case.compare("score_train_s5", exact["score"][:, :, ::5, ::5], single["score"][:, :, ::5, ::5])
    case.compare("score_eval_s5", exact["eval"][:, :, ::5, ::5], single["eval"][:, :, ::5, ::5])
    losses = [torch.tensor(run["losses"], dtype=torch.float64) for run in (exact, single)]
    case.compare("losses", *losses, keep64=True)
    for key, gradient in exact["gradients"].items():
        case.compare(f"grad64.{key}", gradient, single["gradients"][key], keep64=True)
        case.compare(f"after3.{key}", exact["after"][key], single["after"][key])
    for key in exact["running"]:
        if key.startswith("bnfc"):
            case.compare(f"running1.{key}", exact["running1"][key], single["running1"][key])
        case.compare(f"running3.{key}", exact["running"][key], single["running"][key])
    # What one layer's gradient is off reaches those before it: a millionth of the largest gradient is allowed to all.
    largest = max(float(gradient.abs().max()) for gradient in exact["gradients"].values())
    for key in exact["gradients"]:
        case.atol[f"grad.{key}"] = max(case.atol[f"grad.{key}"], rounded_up(1e-6 * largest))
    return case


def bilinear(size):
    triangle = 1 - (torch.arange(size) - (size - 1) / 2).abs() / (size / 2)
    return triangle[:, None] * triangle[None, :]


def fcn16s(name):
    """FCN-16s: padding 100, pooling in ceil mode, pool4 fused, one crop at 27."""
    classes, widths, fc = 3, {1: 2, 2: 2, 3: 3, 4: 3, 5: 3}, 4
    x = torch.randn(1, 3, 40, 24)
    labels = torch.randint(0, classes, (1, 40, 24))
    labels[:, :5] = VOID
    p, inputs = {}, 3

    def add(layer, inputs, outputs, kernel):
        p[f"{layer}.weight"] = torch.randn(outputs, inputs, kernel, kernel) * math.sqrt(2 / (inputs * kernel**2))
        p[f"{layer}.bias"] = 0.1 * torch.randn(outputs)

    for block, numbers in DeconvNet.ENCODER.items():
        for number in numbers:
            add(f"conv{block}_{number}", inputs, widths[block], 3)
            inputs = widths[block]
    add("fc6", inputs, fc, 7)
    add("fc7", fc, fc, 1)
    add("score_fr", fc, classes, 1)
    add("score_pool4", widths[4], classes, 1)

    def run(dtype):
        q = {key: value.to(dtype).requires_grad_() for key, value in p.items()}
        y, pools = x.to(dtype), {}
        for block, numbers in DeconvNet.ENCODER.items():
            for number in numbers:
                layer = f"conv{block}_{number}"
                pad = 100 if layer == "conv1_1" else 1
                y = F.relu(F.conv2d(y, q[f"{layer}.weight"], q[f"{layer}.bias"], padding=pad))
            y = pools[block] = F.max_pool2d(y, 2, 2, ceil_mode=True)
        for layer in ("fc6", "fc7"):
            y = F.relu(F.conv2d(y, q[f"{layer}.weight"], q[f"{layer}.bias"]))
        score_fr = F.conv2d(y, q["score_fr.weight"], q["score_fr.bias"])

        def upsample(y, kernel, stride):
            weight = torch.zeros(classes, classes, kernel, kernel, dtype=dtype)
            for channel in range(classes):
                weight[channel, channel] = bilinear(kernel).to(dtype)
            return F.conv_transpose2d(y, weight, stride=stride)

        coarse = upsample(score_fr, 4, 2)
        fine = F.conv2d(pools[4], q["score_pool4.weight"], q["score_pool4.bias"])
        fuse = coarse + fine[:, :, 5 : 5 + coarse.shape[2], 5 : 5 + coarse.shape[3]]
        score = upsample(fuse, 32, 16)[:, :, 27 : 27 + x.shape[2], 27 : 27 + x.shape[3]]
        total = F.cross_entropy(score, labels, ignore_index=VOID, reduction="sum")
        mean = total / (labels != VOID).sum()
        gradients = torch.autograd.grad(mean, list(q.values()))
        maps = {"score_fr": score_fr, "fuse_pool4": fuse, "score_s2": score[:, :, ::2, ::2]}
        return maps, score, {"loss_sum": total.reshape(1), "loss_mean": mean.reshape(1)}, dict(zip(q, gradients))

    exact, single = run(torch.float64), run(torch.float32)
    case = Case(name, NET_FACTOR, classes=classes, ignore_label=VOID, pad=100, sample_stride=2)
    case.put(input=x, labels=labels.byte(), kernel_4x4=bilinear(4), kernel_32x32=bilinear(32))
    case.put(**{f"param.{key}": value for key, value in p.items()}, score_argmax=exact[1].argmax(1).byte())
    for key, value in exact[0].items():
        case.compare(key, value, single[0][key])
    for key, value in exact[2].items():
        case.compare(key, value, single[2][key], keep64=True)
    for key, value in exact[3].items():
        case.compare(f"grad64.{key}", value, single[3][key], keep64=True)
    return case


def cases():
    yield convolution("ops-conv2d-3x3-s2-p1", False, (2, 3, 7, 6), (4, 3, 3, 3), True, 2, 1)
    yield convolution("ops-conv2d-full", False, (3, 4, 3, 3), (5, 4, 3, 3), False, 1, 0)
    yield convolution("ops-deconv-3x3-p1", True, (2, 3, 5, 4), (3, 2, 3, 3), True, 1, 1)
    yield convolution("ops-deconv-4x4-s2-p1", True, (1, 3, 4, 3), (3, 2, 4, 4), True, 2, 1)
    yield max_pool("ops-maxpool-2x2-odd", (2, 2, 5, 7), 2, 2, 0, False)
    yield max_pool("ops-maxpool-2x2-ceil", (1, 2, 5, 4), 2, 2, 0, True)
    yield max_pool("ops-maxpool-3x3-s2-p1", (1, 2, 8, 7), 3, 2, 1, False)
    yield max_unpool("ops-maxunpool-even", (2, 2, 3, 4), (6, 8))
    yield max_unpool("ops-maxunpool-odd", (1, 2, 2, 3), (5, 7))
    yield batch_norm_training("ops-batchnorm-train-momentum", (3, 4, 3, 5), 1e-3, 0.25)
    yield batch_norm_eval("ops-batchnorm-eval", (2, 3, 4, 5), 1e-5)
    yield softmax_cross_entropy("ops-softmax-ce-small", (2, 4, 3, 5), 2)
    yield softmax_cross_entropy("ops-softmax-ce-large-logits", (1, 3, 4, 4), 100)
    yield relu("ops-relu", (2, 3, 4, 5))
    yield log_softmax("ops-log-softmax-last", (2, 3, 4, 5), -1)
    yield log_softmax("ops-log-softmax-channels", (2, 6, 2, 3), 1)
    yield resize("ops-resize-both", (2, 2, 5, 6), (8, 4), False)
    yield resize("ops-resize-antialias", (1, 2, 9, 4), (4, 7), True)
    yield deconvnet("net-deconvnet-thin")
    yield fcn16s("net-fcn16s-tiny")


def main():
    folder = Path(sys.argv[1])
    torch.set_num_threads(1)
    sizes = []
    torch.manual_seed(2015)
    for case in cases():
        path = case.save(folder)
        sizes.append((path.stem, path.stat().st_size))
        if path.stat().st_size > 100_000:
            raise SystemExit(f"{path.name} has {path.stat().st_size} bytes, more than 100000")
    print(f"PyTorch {torch.__version__}, Python {platform.python_version()}, {datetime.date.today()}")
    for name, size in sizes:
        print(f"| `{name}` | {size} |")


main()
