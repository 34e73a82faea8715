"""Nets with weights >= 0 on large data, beside PyTorch on one core: Adam, with the weights clamped after each step.

    python crates/python/benchmarks/large_table.py

The table has 100,000 rows and 50 columns, `y = sum_k tanh(1.5 sum_j w_kj x_j)` plus noise of 0.2, and a net of 8 hidden
units; the digits are those of scikit-learn, 64-32-10, with every fifth sample held out. PyTorch gets the same inputs and
targets, scaled to mean 0 and standard deviation 1, double precision, starts by the same rule, the same loss and penalty,
batches of 1024 (digits: 64), and a learning rate chosen among 0.01, 0.003 and 0.001 by the loss on a fifth of the rows
fitted. Its seconds are those of one fit with that rate. It is left out where it is not installed.
"""

import time

import numpy as np
from sklearn.datasets import load_digits

from patternsearch.for_sklearn import MonotoneNetClassifier, MonotoneNetRegressor


def table():
    random = np.random.default_rng(1)
    X = random.normal(size=(110_000, 50))
    w = random.uniform(size=(4, 50)) / np.sqrt(50)
    y = np.tanh(1.5 * X @ w.T).sum(axis=1) + 0.2 * random.normal(size=len(X))
    return X[:100_000], y[:100_000], X[100_000:], y[100_000:]


def digits():
    X, y = load_digits(return_X_y=True)
    X, test = X[:, X.std(axis=0) > 0], np.arange(len(y)) % 5 == 0
    return X[~test], y[~test], X[test], y[test]


def ours(hidden, penalty, classes, data):
    X, y, X_test, y_test = data
    net = (MonotoneNetClassifier if classes else MonotoneNetRegressor)(hidden, penalty, nonnegative="weights", nets=1)
    began = time.perf_counter()
    net.fit(X, y)
    seconds = time.perf_counter() - began
    return seconds, scored(classes, net.predict_proba(X_test) if classes else net.predict(X_test), y_test)


def scored(classes, answers, y):
    """Log loss and accuracy, or the root mean squared error."""
    if classes:
        return -np.mean(np.log(answers[np.arange(len(y)), y])), np.mean(answers.argmax(axis=1) == y)
    return (np.sqrt(np.mean((answers - y) ** 2)),)


class Clamped:
    """A net of one hidden layer by Adam, whose weights are set to 0 where a step makes them negative."""

    def __init__(self, hidden, penalty, classes, batch, rate, epochs):
        self.hidden, self.penalty, self.classes = hidden, penalty, classes
        self.batch, self.rate, self.epochs = batch, rate, epochs

    def fit(self, X, y):
        import torch

        torch.manual_seed(0)
        self.mean, self.deviation = X.mean(axis=0), X.std(axis=0)
        self.middle, self.size = (0.0, 1.0) if self.classes else (y.mean(), y.std())
        X = torch.from_numpy((X - self.mean) / self.deviation)
        y = torch.from_numpy(y) if self.classes else torch.from_numpy((y - self.middle) / self.size)[:, None]
        outputs = int(y.max()) + 1 if self.classes else 1
        layers = [torch.nn.Linear(X.shape[1], self.hidden), torch.nn.Linear(self.hidden, outputs)]
        self.net = torch.nn.Sequential(layers[0], torch.nn.Tanh(), layers[1]).double()
        with torch.no_grad():
            for layer in layers:
                layer.weight.uniform_(0, (3 / layer.in_features) ** 0.5)
            layers[0].bias.uniform_(-1, 1)
            layers[1].bias.zero_()
        loss = torch.nn.CrossEntropyLoss() if self.classes else torch.nn.MSELoss()
        adam = torch.optim.Adam(self.net.parameters(), lr=self.rate)
        for _ in range(self.epochs):
            for rows in torch.randperm(len(X)).split(self.batch):
                adam.zero_grad()
                value = loss(self.net(X[rows]), y[rows])
                (value + self.penalty * sum((layer.weight**2).sum() for layer in layers)).backward()
                adam.step()
                with torch.no_grad():
                    for layer in layers:
                        layer.weight.clamp_(min=0)
        return self

    def answers(self, X):
        import torch

        with torch.no_grad():
            outputs = self.net(torch.from_numpy((X - self.mean) / self.deviation))
            return (outputs.softmax(dim=1) if self.classes else outputs[:, 0] * self.size + self.middle).numpy()


def clamped(hidden, penalty, classes, data, batch, epochs):
    import torch

    torch.set_num_threads(1)
    X, y, X_test, y_test = data
    held_out = np.arange(len(y)) % 5 == 0

    def loss(rate):
        net = Clamped(hidden, penalty, classes, batch, rate, epochs).fit(X[~held_out], y[~held_out])
        return scored(classes, net.answers(X[held_out]), y[held_out])[0]

    net = Clamped(hidden, penalty, classes, batch, min((0.01, 0.003, 0.001), key=loss), epochs)
    began = time.perf_counter()
    net.fit(X, y)
    return time.perf_counter() - began, scored(classes, net.answers(X_test), y_test)


def main():
    try:
        import torch  # noqa: F401
    except ImportError:
        torch = None
    for name, data, hidden, penalty, classes, batch in (
        ("table 50-8-1", table(), 8, 1e-4, False, 1024),
        ("digits 61-32-10", digits(), 32, 1e-4, True, 64),
    ):
        rivals = [("patternsearch", lambda: ours(hidden, penalty, classes, data))]
        if torch is not None:
            for epochs in (5, 20) if not classes else (20, 100):
                run = lambda epochs=epochs: clamped(hidden, penalty, classes, data, batch, epochs)  # noqa: E731
                rivals.append((f"PyTorch, {epochs} epochs", run))
        for rival, run in rivals:
            seconds, scores = run()
            print(f"{name:16} {rival:20} {seconds:8.2f} s  " + "  ".join(f"{score:.4f}" for score in scores), flush=True)


if __name__ == "__main__":
    main()
