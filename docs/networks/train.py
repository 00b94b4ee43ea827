#!/usr/bin/env python3
"""Trains the three small networks of this folder and writes them as ONNX, with seed, final loss and its least value in NAME.json.

    python3 train.py [moons-noise-vp | lemniscate-data-edm | mixture-velocity-flow]...      (all by default)

Needs PyTorch and NumPy (Debian: python3-torch, python3-numpy). Each network is a multilayer perceptron of three hidden layers of 128
units (SiLU), trained in float32 with Adam and an exponential average of its weights. Positions are [N, d], time is [N], N is free.

    moons-noise-vp         two moons, 1200 nodes; noise, at x = alpha y of VP(0.1, 20), time tau
    lemniscate-data-edm    lemniscate of scale 2, 400 nodes; data, at y, time sigma; EDM's preconditioning lies inside the graph
    mixture-velocity-flow  two Gaussians on a line; velocity of rectified flow at x = (1 - r) y, time r

The noise level sqrt(2t) is drawn log-uniformly between the limits of the experiment, so the mean loss is uniform in log sigma. The
least loss is that of the posterior mean of the data, by Monte Carlo.
"""
import json
import math
import sys

import numpy as np
import torch

SEED = 20260


def lemniscate(nodes, scale):
    """Midpoints of `nodes` pieces of equal arc length of Bernoulli's lemniscate."""
    angle = np.linspace(0, 2 * np.pi, 400_001)
    speed = scale / np.sqrt(1 + np.sin(angle) ** 2)
    length = np.concatenate([[0], np.cumsum(0.5 * (speed[1:] + speed[:-1]) * np.diff(angle))])
    at = np.interp((np.arange(nodes) + 0.5) / nodes * length[-1], length, angle)
    radius = scale * np.cos(at) / (1 + np.sin(at) ** 2)
    return np.stack([radius, radius * np.sin(at)], axis=1)


def two_moons(nodes, scale):
    """Midpoints of `nodes` pieces of equal length of the two half circles of the solver's two-moons curve."""
    angle = (np.arange(nodes // 2) + 0.5) / (nodes // 2) * np.pi
    upper = np.stack([-0.5 + np.cos(angle), -0.25 + np.sin(angle)], axis=1)
    lower = np.stack([0.5 + np.cos(angle + np.pi), 0.25 + np.sin(angle + np.pi)], axis=1)
    return scale * np.concatenate([upper, lower])


class Perceptron(torch.nn.Module):
    """[N, d] positions of order 1 and [N] noise coordinates of order 1 -> [N, d]."""

    def __init__(self, dimension, width=128):
        super().__init__()
        self.register_buffer("frequencies", 2.0 ** torch.arange(0, 4))
        sizes = [dimension + 9, width, width, width]
        self.hidden = torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:]))
        self.last = torch.nn.Linear(width, dimension)

    def forward(self, position, noise):
        phase = noise[:, None] * self.frequencies
        value = torch.cat([position, noise[:, None], torch.sin(phase), torch.cos(phase)], dim=1)
        for layer in self.hidden:
            value = torch.nn.functional.silu(layer(value))
        return self.last(value)


class NoiseOfVp(torch.nn.Module):
    """xi(x, tau) at x = alpha y."""

    dimension, sigmas = 2, (0.02, 3.2)

    def __init__(self):
        super().__init__()
        self.body = Perceptron(self.dimension)

    @staticmethod
    def exponent(tau):
        return 0.1 * tau + 0.5 * (20 - 0.1) * tau ** 2

    def forward(self, x, tau):
        # sigma/alpha = sqrt(e^B - 1)
        ratio = torch.sqrt(torch.exp(self.exponent(tau)) - 1)
        return self.body(x, torch.log(ratio + 1e-6))

    @staticmethod
    def slope(sigma):
        return -1 / sigma

    def batch(self, clean, sigma, noise):
        alpha = 1 / torch.sqrt(1 + sigma ** 2)
        exponent = torch.log1p(sigma ** 2)
        tau = (-0.1 + torch.sqrt(0.01 + 2 * (20 - 0.1) * exponent)) / (20 - 0.1)
        x = alpha[:, None] * (clean + sigma[:, None] * noise)
        return x, tau, noise, torch.ones_like(sigma)


class DataOfEdm(torch.nn.Module):
    """D(y; sigma) = c_skip y + c_out F(c_in y, ln(sigma)/4), sigma_d the data's standard deviation."""

    dimension, sigmas, deviation = 2, (0.05, 3.2), 1.0

    def __init__(self):
        super().__init__()
        self.body = Perceptron(self.dimension)

    def forward(self, y, sigma):
        total = sigma ** 2 + self.deviation ** 2
        raw = self.body(y / torch.sqrt(total)[:, None], torch.log(sigma))
        skip, out = self.deviation ** 2 / total, sigma * self.deviation / torch.sqrt(total)
        return skip[:, None] * y + out[:, None] * raw

    @staticmethod
    def slope(sigma):
        return torch.ones_like(sigma)

    def batch(self, clean, sigma, noise):
        # The weight of EDM: the loss of the raw network. In units of the noise loss it is (sigma^2 + sigma_d^2)/sigma_d^2.
        weight = (sigma ** 2 + self.deviation ** 2) / (sigma * self.deviation) ** 2
        return clean + sigma[:, None] * noise, sigma, clean, weight


class VelocityOfFlow(torch.nn.Module):
    """xi - x0 at x = (1 - r) x0 + r xi, r from data to noise."""

    dimension, sigmas = 1, (0.02, 4.5)

    def __init__(self):
        super().__init__()
        self.body = Perceptron(self.dimension)

    def forward(self, x, r):
        return self.body(x, torch.log((r + 1e-6) / (1 - r)))

    @staticmethod
    def slope(sigma):
        return -(1 + sigma) / sigma

    def batch(self, clean, sigma, noise):
        r = sigma / (1 + sigma)
        x = (1 - r)[:, None] * clean + r[:, None] * noise
        return x, r, noise - clean, torch.ones_like(sigma)


class Points:
    """The uniform distribution on a finite set."""

    def __init__(self, nodes):
        self.table = torch.tensor(nodes, dtype=torch.float32)

    def __call__(self, count):
        return self.table[torch.randint(len(self.table), (count,))]

    def variance(self, y, sigma):
        """tr Cov(x0 | y), y = x0 + sigma xi."""
        weight = torch.softmax(-torch.cdist(y, self.table).square() / (2 * sigma[:, None] ** 2), dim=1)
        return weight @ self.table.square().sum(dim=1) - (weight @ self.table).square().sum(dim=1)


class Mixture:
    """0.6 N(-1.5, 0.16) + 0.4 N(1.5, 0.16)."""

    weights, centres, own = torch.tensor([0.6, 0.4]), torch.tensor([-1.5, 1.5]), 0.16

    def __call__(self, count):
        centre = torch.where(torch.rand(count, 1) < 0.6, -1.5, 1.5)
        return centre + 0.4 * torch.randn(count, 1)

    def variance(self, y, sigma):
        noise = sigma[:, None] ** 2
        total = self.own + noise
        share = torch.softmax(torch.log(self.weights) - (y - self.centres).square() / (2 * total), dim=1)
        mean = self.centres + self.own / total * (y - self.centres)
        middle = (share * mean).sum(dim=1, keepdim=True)
        return (share * (self.own * noise / total + (mean - middle).square())).sum(dim=1)


NETWORKS = {
    "moons-noise-vp": (NoiseOfVp, Points(two_moons(1200, 1.0)), 8000),
    "lemniscate-data-edm": (DataOfEdm, Points(lemniscate(400, 2.0)), 8000),
    "mixture-velocity-flow": (VelocityOfFlow, Mixture(), 5000),
}


def draw(network, sample, count):
    low, high = map(math.log, network.sigmas)
    sigma = torch.exp(low + (high - low) * torch.rand(count))
    return network.batch(sample(count), sigma, torch.randn(count, network.dimension))


def loss(network, sample, count):
    position, time, target, weight = draw(network, sample, count)
    return (weight * (network(position, time) - target).square().sum(dim=1)).mean()


def least_loss(network, sample, count):
    """Its least value, that of the posterior mean: weight * slope^2 * tr Cov(x0 | y), slope that of the target in x0 at fixed y."""
    low, high = map(math.log, network.sigmas)
    sigma = torch.exp(low + (high - low) * (torch.arange(count) + 0.5) / count)
    noise, clean = torch.randn(count, network.dimension), sample(count)
    weight = network.batch(clean, sigma, noise)[3]
    return (weight * network.slope(sigma) ** 2 * sample.variance(clean + sigma[:, None] * noise, sigma)).mean()


def train(name):
    kind, sample, steps = NETWORKS[name]
    torch.manual_seed(SEED)
    network, average = kind(), kind()
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps, eta_min=1e-5)
    for step in range(steps):
        optimiser.zero_grad()
        loss(network, sample, 1024).backward()
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            for kept, current in zip(average.parameters(), network.parameters()):
                kept.lerp_(current, 1 / min(step + 1, 500))

    average.eval()
    with torch.no_grad():
        final = np.mean([float(loss(average, sample, 50_000)) for _ in range(20)])
        least = np.mean([float(least_loss(average, sample, 5_000)) for _ in range(200)])
    position, time, _, _ = draw(average, sample, 2)
    torch.onnx.export(
        average, (position, time), name + ".onnx", input_names=["position", "time"], output_names=["output"],
        dynamic_axes={"position": {0: "N"}, "time": {0: "N"}, "output": {0: "N"}}, opset_version=15)
    with open(name + ".json", "w", encoding="utf-8") as file:
        json.dump({
            "network": name + ".onnx", "seed": SEED, "steps": steps, "batch": 1024, "sigmaMin": kind.sigmas[0], "sigmaMax": kind.sigmas[1],
            "finalLoss": float(f"{final:.4g}"), "leastLoss": float(f"{least:.4g}")}, file, indent=2)
        file.write("\n")
    print(f"{name}: loss {final:.5f}, least {least:.5f}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for chosen in sys.argv[1:] or NETWORKS:
        train(chosen)
