"""The same network in floating point, as one writes it with PyTorch: its fused LSTM behind a projection of the input,
its Adam, single precision, on one thread. The protocol is that of lstm.c; the arguments are the problem and its shape
as JSON. Parameters come and go as raw Q8.24."""

import json
import sys
import time

import numpy as np
import torch

ONE = 1 << 24
# For arrays: before version 2, NumPy divides float32 by an integer of more than 16 bits as float64.
SINGLE_ONE = np.float32(ONE)
# In the order of the flat vector, and in PyTorch's: input, forget, candidate, output.
GATES, TORCH_GATES = "fico", "ifco"


class Network(torch.nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.project = torch.nn.Linear(shape["features"], shape["rankW"], bias=False)
        self.lstm = torch.nn.LSTM(shape["rankW"], shape["hidden"])
        self.lstm.bias_hh_l0.requires_grad_(False).zero_()  # one bias is enough
        self.head = torch.nn.Linear(shape["hidden"], shape["classes"])

    def forward(self, x):
        """x: time x batch x features"""
        states, _ = self.lstm(self.project(x))
        return self.head(states[-1])

    def places(self):
        """Each tensor of the flat vector, in its order, as a view of PyTorch's parameters."""
        hidden = self.lstm.hidden_size
        stacked = [self.lstm.weight_ih_l0, self.lstm.weight_hh_l0, self.lstm.bias_ih_l0]
        for parameter in stacked:
            for gate in GATES:
                first = TORCH_GATES.index(gate) * hidden
                yield parameter[first : first + hidden]
        yield from (self.head.weight, self.head.bias, self.project.weight)

    @torch.no_grad()
    def load(self, flat):
        at = 0
        for place in self.places():
            end = at + place.numel()
            place.copy_(flat[at:end].reshape(place.shape))
            at = end

    @torch.no_grad()
    def flat(self):
        return torch.cat([place.flatten() for place in self.places()])


def main():
    torch.set_num_threads(1)
    problem, shape = sys.argv[1:]
    shape = json.loads(shape)
    with open(problem, "rb") as file:
        count, beta1, beta2, epsilon = (int(v) for v in np.fromfile(file, "<i4", 4))
        rate = float(np.fromfile(file, "<f8", 1)[0])
        steps, features = shape["timeSteps"], shape["features"]
        samples = np.fromfile(file, "<i4", count * steps * features).astype(np.float32) / SINGLE_ONE
        labels = torch.from_numpy(np.fromfile(file, "u1", count).astype(np.int64))
        flat = np.fromfile(file, "<i4")
    samples = torch.from_numpy(samples.reshape(count, steps, features))
    network = Network(shape)
    network.load(torch.from_numpy(flat.astype(np.float32) / SINGLE_ONE))
    learnt = [parameter for parameter in network.parameters() if parameter.requires_grad]
    # What 1/sqrt saturates at in Q8.24, as an epsilon outside of the root.
    adam = torch.optim.Adam(learnt, rate, (beta1 / ONE, beta2 / ONE), eps=2**-7)
    while len(head := sys.stdin.buffer.read(4)) == 4:
        size = int(np.frombuffer(head, "<i4")[0])
        order = torch.from_numpy(np.frombuffer(sys.stdin.buffer.read(4 * size), "<i4").astype(np.int64))
        start = time.perf_counter()
        loss_sum, hits = 0.0, 0
        for batch in order.split(shape["batch"]):
            wanted = labels[batch]
            target = torch.full((len(batch), shape["classes"]), -4.0)
            target[torch.arange(len(batch)), wanted] = 4.0
            y = network(samples[batch].transpose(0, 1))
            loss = torch.nn.functional.mse_loss(y, target) / 2
            adam.zero_grad()
            loss.backward()
            adam.step()
            loss_sum += loss.item()
            hits += int((y.argmax(1) == wanted).sum())
        seconds = time.perf_counter() - start
        raw = (network.flat() * ONE).round().clamp(-(2**31), 2**31 - 128).to(torch.int32).numpy()
        sys.stdout.buffer.write(np.float64(seconds).tobytes() + raw.astype("<i4").tobytes())
        sys.stdout.buffer.flush()


main()
