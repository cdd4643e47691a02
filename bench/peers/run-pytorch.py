"""The forward pass or a training step of DeconvNet in PyTorch, in one of its forms."""

import torch
import torch.nn.functional as F
from deconvnet import load
from rounds import read_safetensors, sample_of, serve_rounds, settings

VOID = 255


def examples(data, batch, channelsLast=False, **_):
    images = torch.from_numpy(data["images"][:batch].copy())
    return images.to(memory_format=torch.channels_last) if channelsLast else images


def prepare_forward(asked, data, form, compiled):
    net, count = load(asked["options"], asked["model"], **form)
    images = examples(data, asked["batch"], **form)
    run = torch.compile(net) if compiled else net

    @torch.inference_mode()
    def forward():
        return run(images)

    return count, sample_of(forward().numpy()), forward


def prepare_step(asked, data, form, compiled):
    frozen = asked["frozen"]
    net, count = load(asked["options"], asked["model"], training=True, frozen=frozen, **form)
    images = examples(data, asked["batch"], **form)
    labels = torch.from_numpy(data["labels"][: asked["batch"]]).long()
    run = torch.compile(net) if compiled else net
    solver = optimizer(asked, net)

    def step():
        solver.zero_grad(set_to_none=True)
        loss = F.cross_entropy(run(images), labels, ignore_index=VOID)
        loss.backward()
        solver.step()
        return loss.item()

    return count, [step(), step()], step


def optimizer(asked, net):
    """As this project does after Caffe: the biases of layers learn twice as fast and do not decay."""
    norms = {id(p) for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d) for p in m.parameters()}
    learning = [(name, p) for name, p in net.named_parameters() if p.requires_grad]
    is_bias = [name.endswith(".bias") and id(p) not in norms for name, p in learning]
    rate, solver = asked["learningRate"], asked["solver"]
    groups = [
        {"params": [p for (_, p), bias in zip(learning, is_bias) if not bias]},
        {"params": [p for (_, p), bias in zip(learning, is_bias) if bias], "lr": 2 * rate, "weight_decay": 0.0},
    ]
    common = {"lr": rate, "weight_decay": solver["weightDecay"], "fused": True}
    if solver["type"] == "sgd":
        return torch.optim.SGD(groups, momentum=solver["momentum"], **common)
    betas = solver["beta1"], solver["beta2"]
    return torch.optim.AdamW(groups, betas=betas, eps=solver["epsilon"], **common)


def main():
    asked = settings()
    torch.set_num_threads(asked["threads"])
    form = dict(asked["form"])
    compiled = form.pop("compiled", False)
    prepare = {"forward": prepare_forward, "step": prepare_step}[asked["work"]]
    count, sample, work = prepare(asked, read_safetensors(asked["data"]), form, compiled)
    serve_rounds({"parameters": count, "sample": sample}, work)


main()
