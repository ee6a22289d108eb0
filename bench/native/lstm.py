"""One training step of the fixed-point LSTM in NumPy, as one writes it: int64 arrays, exact products and sums,
rounded once, pseudo-stochastically, clamped symmetrically. The protocol is that of lstm.c; the arguments are the
problem, its shape as JSON, and the plans of sigmoid, tanh and rsqrt."""

import json
import sys
import time

import numpy as np

FRAC = 24
ONE = 1 << FRAC
LIMIT = (1 << 31) - 1
HALF_MASK = (1 << (FRAC // 2)) - 1


def clamp(x):
    return np.clip(x, -LIMIT, LIMIT)


def rounded(total):
    """round(total / 2^24) on the magnitude: up where the upper half of the dropped bits exceeds the lower."""
    magnitude = np.abs(total)
    up = ((magnitude >> (FRAC // 2)) & HALF_MASK) > (magnitude & HALF_MASK)
    return clamp(np.sign(total) * ((magnitude >> FRAC) + up))


def multiply(a, b):
    return rounded(a * b)


def matmul(a, b):
    return rounded(a @ b)


def half_up(x, shift):
    """Shifts may differ from element to element, and may be negative."""
    down = np.maximum(shift, 0)
    return ((x + ((np.int64(1) << down) >> 1)) >> down) << np.maximum(-shift, 0)


def half_even(x, shift):
    half = np.int64(1) << (shift - 1)
    return (x + half - 1 + ((x >> shift) & 1)) >> shift


class Kernel:
    """A plan, evaluated on int64 arrays; the forms of the three kernels that are trained with."""

    def __init__(self, path):
        with open(path) as file:
            self.plan = plan = json.load(file)["plan"]
        modes = {"half-up": half_up, "half-even": half_even}
        known = all(step["rounding"] in modes and step["shift"] > 0 for step in plan["steps"])
        if not known or plan["finish"]["rounding"] != "half-up" or plan["reduce"]["kind"] not in ("none", "normalise"):
            raise SystemExit(f"{path}: a plan of another form")
        self.rounding = [modes[step["rounding"]] for step in plan["steps"]]
        select = plan["select"]
        segments = plan["segments"]
        self.map = np.array(select.get("map", range(len(segments))), np.int64)
        self.origins = np.array([s["origin"] for s in segments], np.int64)[self.map]
        self.coefficients = np.array([s["coefficients"] for s in segments], np.int64)[self.map].T
        self.shifts = [step["shift"] for step in plan["steps"]]

    def polynomial(self, argument, exponent=0):
        plan = self.plan
        cell = (argument - plan["select"]["lo"]) >> plan["select"]["shift"]
        cell = np.minimum(cell, len(self.map) - 1)  # arguments of the tail are replaced by the caller
        t = argument - self.origins[cell]
        y = self.coefficients[0][cell]
        for round_off, shift, column in zip(self.rounding, self.shifts, self.coefficients[1:]):
            y = round_off(y * t, shift) + column[cell]
        return np.clip(half_up(y, plan["guardBits"] - exponent), -LIMIT - 1, LIMIT)

    def __call__(self, x):
        plan = self.plan
        reduce = plan["reduce"]
        if reduce["kind"] == "normalise":
            positive = np.maximum(x, 1)
            length = np.frexp(positive.astype(np.float64))[1]
            k = (reduce["width"] - length) // reduce["step"]
            exponent = reduce["exponent"]
            y = self.polynomial(positive << (k * reduce["step"]), exponent["slope"] * k + exponent["offset"])
            [below] = plan["undefined"]
            return np.where(x <= below["hi"], below["output"], y)
        argument = np.abs(x)
        tail = plan["tails"]["high"]
        inside = np.minimum(argument, tail["bound"] - 1)
        y = np.where(argument >= tail["bound"], tail["output"], self.polynomial(inside))
        return np.where(x < 0, plan["fold"]["sum"] - y, y)


class Network:
    GATES = "fico"

    def __init__(self, shape, kernels, flat, settings):
        self.shape = shape
        self.sigmoid, self.tanh, self.rsqrt = kernels
        self.settings = settings
        hidden, rank = shape["hidden"], shape["rankW"]
        layout = [("W" + g, hidden, rank) for g in self.GATES]
        layout += [("U" + g, hidden, hidden) for g in self.GATES]
        layout += [("b" + g, hidden, 1) for g in self.GATES]
        layout += [("Wl", shape["classes"], hidden), ("bl", shape["classes"], 1), ("Wr", rank, shape["features"])]
        self.flat = flat.astype(np.int64)
        self.gradient = np.zeros_like(self.flat)
        self.p, self.g = {}, {}
        at = 0
        for name, rows, columns in layout:
            end = at + rows * columns
            self.p[name] = self.flat[at:end].reshape(rows, columns)
            self.g[name] = self.gradient[at:end].reshape(rows, columns)
            at = end
        self.m, self.n = np.zeros_like(self.flat), np.zeros_like(self.flat)
        self.power1 = self.power2 = 1.0

    def forward(self, x):
        """x: time x features x batch"""
        p = self.p
        h = c = np.zeros((self.shape["hidden"], x.shape[2]), np.int64)
        self.trace = []
        for xt in x:
            projected = matmul(p["Wr"], xt)
            step = {"x": xt, "r": projected, "h": h, "before": c}
            for g in self.GATES:
                total = p["W" + g] @ projected + p["U" + g] @ h + p["b" + g] * ONE
                step[g] = (self.tanh if g == "c" else self.sigmoid)(rounded(total))
            c = rounded(step["f"] * c + step["i"] * step["c"])
            step["squashed"] = self.tanh(c)
            h = multiply(step["o"], step["squashed"])
            self.trace.append(step)
        self.hidden = h
        return rounded(p["Wl"] @ h + p["bl"] * ONE)

    def backward(self, y, target):
        p, g = self.p, self.g
        share = int(np.rint(1.0 / y.size * ONE))
        dy = clamp(multiply(y, share) - multiply(target, share))
        g["bl"] += clamp(dy.sum(1, keepdims=True))
        g["Wl"] += matmul(dy, self.hidden.T)
        dh = matmul(p["Wl"].T, dy)
        dc = np.zeros_like(dh)
        for step in reversed(self.trace):
            f, i, c, o, squashed = (step[name] for name in ("f", "i", "c", "o", "squashed"))
            d_squashed = multiply(dh, o)
            dc = clamp(dc + multiply(rounded((ONE + squashed) * (ONE - squashed)), d_squashed))
            outputs = {
                "f": multiply(dc, step["before"]),
                "i": multiply(dc, c),
                "c": multiply(dc, i),
                "o": multiply(dh, squashed),
            }
            dc = multiply(dc, f)
            dh = np.zeros_like(dh)
            dr = np.zeros_like(step["r"])
            for name in self.GATES:
                gate = step[name]
                slope = rounded((ONE + gate) * (ONE - gate)) if name == "c" else multiply(gate, ONE - gate)
                d = multiply(slope, outputs[name])
                g["b" + name] += clamp(d.sum(1, keepdims=True))
                g["W" + name] += matmul(d, step["r"].T)
                g["U" + name] += matmul(d, step["h"].T)
                dr += matmul(p["W" + name].T, d)
                dh += matmul(p["U" + name].T, d)
            dh = clamp(dh)
            g["Wr"] += matmul(clamp(dr), step["x"].T)

    def update(self):
        count, beta1, beta2, epsilon, rate = self.settings
        g = clamp(self.gradient)
        self.gradient[:] = 0
        self.m = clamp(multiply(self.m, beta1) + multiply(g, ONE - beta1))
        self.n = clamp(multiply(multiply(g, ONE - beta2), g) + multiply(self.n, beta2))
        self.power1 *= beta1 / ONE
        self.power2 *= beta2 / ONE
        size = int(np.rint(rate * np.sqrt(1 - self.power2) / (1 - self.power1) * ONE))
        root = self.rsqrt(clamp(self.n + epsilon))
        self.flat[:] = clamp(self.flat + multiply(multiply(self.m, -size), root))


def main():
    problem, shape, *plans = sys.argv[1:]
    shape = json.loads(shape)
    with open(problem, "rb") as file:
        count, beta1, beta2, epsilon = (int(v) for v in np.fromfile(file, "<i4", 4))
        rate = float(np.fromfile(file, "<f8", 1)[0])
        steps, features = shape["timeSteps"], shape["features"]
        samples = np.fromfile(file, "<i4", count * steps * features).astype(np.int64)
        samples = samples.reshape(count, steps, features)
        labels = np.fromfile(file, "u1", count)
        flat = np.fromfile(file, "<i4")
    network = Network(shape, [Kernel(plan) for plan in plans], flat, (count, beta1, beta2, epsilon, rate))
    while len(head := sys.stdin.buffer.read(4)) == 4:
        size = int(np.frombuffer(head, "<i4")[0])
        order = np.frombuffer(sys.stdin.buffer.read(4 * size), "<i4")
        start = time.perf_counter()
        loss, hits = 0.0, 0
        for first in range(0, size, shape["batch"]):
            batch = order[first : first + shape["batch"]]
            target = np.full((shape["classes"], len(batch)), -4 * ONE)
            target[labels[batch], np.arange(len(batch))] = 4 * ONE
            y = network.forward(np.ascontiguousarray(samples[batch].transpose(1, 2, 0)))
            loss += float(np.square((y - target) / ONE).mean()) / 2
            hits += int((y.argmax(0) == labels[batch]).sum())
            network.backward(y, target)
            network.update()
        seconds = time.perf_counter() - start
        sys.stdout.buffer.write(np.float64(seconds).tobytes() + network.flat.astype("<i4").tobytes())
        sys.stdout.buffer.flush()


main()
