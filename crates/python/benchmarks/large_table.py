"""Nets with weights >= 0 on large data, beside Adam whose weights are clamped after each step, both on one core.

    pip install torch scikit-learn
    OPENBLAS_NUM_THREADS=1 python crates/python/benchmarks/large_table.py

The table has 100,000 rows and 50 columns, `y = sum_k tanh(1.5 sum_j w_kj x_j)` plus noise of 0.2, and a net of 8 hidden
units; the digits are those of scikit-learn, 61-32-10 without the constant pixels, with every fifth sample held out.
Adam (Kingma & Ba 2015) is written in NumPy; PyTorch's makes the same nets, and runs once for its time. It gets the same
inputs and targets, scaled to mean 0 and standard deviation 1, double precision, starts by the same rule, the same loss
and penalty, batches of 1024 (digits: 64), and a rate chosen among 0.01, 0.003 and 0.001 by the loss on a fifth of the
rows fitted. Its seconds are those of one fit with that rate. Seconds are of processor time.
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
    began = time.process_time()
    net.fit(X, y)
    seconds = time.process_time() - began
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
        random = np.random.default_rng(0)
        self.mean, self.deviation = X.mean(axis=0), X.std(axis=0)
        self.middle, self.size = (0.0, 1.0) if self.classes else (y.mean(), y.std())
        X = (X - self.mean) / self.deviation
        targets = np.eye(y.max() + 1)[y] if self.classes else ((y - self.middle) / self.size)[:, None]
        sizes = [(self.hidden, X.shape[1]), (targets.shape[1], self.hidden)]
        weights = [random.uniform(0, np.sqrt(3 / size[1]), size) for size in sizes]
        self.parameters = [weights[0], random.uniform(-1, 1, self.hidden), weights[1], np.zeros(targets.shape[1])]
        self._train(X, targets, random)
        return self

    def _train(self, X, targets, random):
        first, second = ([np.zeros_like(each) for each in self.parameters] for _ in range(2))
        step = 0
        for _ in range(self.epochs):
            order = random.permutation(len(X))
            for start in range(0, len(X), self.batch):
                rows = order[start : start + self.batch]
                step += 1
                for k, slope in enumerate(self._slopes(X[rows], targets[rows])):
                    first[k] += 0.1 * (slope - first[k])
                    second[k] += 0.001 * (slope**2 - second[k])
                    size = self.rate / (1 - 0.9**step)
                    self.parameters[k] -= size * first[k] / (np.sqrt(second[k] / (1 - 0.999**step)) + 1e-8)
                for weights in self.parameters[::2]:
                    np.maximum(weights, 0, out=weights)

    def _slopes(self, X, targets):
        """Of the mean loss with the penalty, by backpropagation."""
        W, b, V, c = self.parameters
        a = np.tanh(X @ W.T + b)
        outputs = a @ V.T + c
        error = (softmax(outputs) - targets if self.classes else 2 * (outputs - targets)) / len(X)
        hidden = (error @ V) * (1 - a**2)
        ridge = 2 * self.penalty
        return hidden.T @ X + ridge * W, hidden.sum(axis=0), error.T @ a + ridge * V, error.sum(axis=0)

    def answers(self, X):
        W, b, V, c = self.parameters
        outputs = np.tanh((X - self.mean) / self.deviation @ W.T + b) @ V.T + c
        return softmax(outputs) if self.classes else outputs[:, 0] * self.size + self.middle


class InPyTorch(Clamped):
    """The same by PyTorch's gradients and its Adam, from the same start in batches of the same order."""

    def _train(self, X, targets, random):
        import torch

        torch.set_num_threads(1)
        X, targets = torch.from_numpy(X), torch.from_numpy(targets)
        W, b, V, c = parameters = [torch.nn.Parameter(torch.from_numpy(each)) for each in self.parameters]
        adam = torch.optim.Adam(parameters, lr=self.rate)
        for _ in range(self.epochs):
            order = torch.from_numpy(random.permutation(len(X)))
            for rows in order.split(self.batch):
                outputs = torch.tanh(X[rows] @ W.T + b) @ V.T + c
                if self.classes:
                    loss = torch.nn.functional.cross_entropy(outputs, targets[rows])
                else:
                    loss = ((outputs - targets[rows]) ** 2).sum(axis=1).mean()
                adam.zero_grad()
                (loss + self.penalty * ((W**2).sum() + (V**2).sum())).backward()
                adam.step()
                with torch.no_grad():
                    W.clamp_(min=0)
                    V.clamp_(min=0)
        self.parameters = [each.detach().numpy() for each in parameters]


def softmax(outputs):
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def clamped(kind, hidden, penalty, classes, data, batch, epochs):
    X, y, X_test, y_test = data
    held_out = np.arange(len(y)) % 5 == 0

    def loss(rate):
        net = kind(hidden, penalty, classes, batch, rate, epochs).fit(X[~held_out], y[~held_out])
        return scored(classes, net.answers(X[held_out]), y[held_out])[0]

    net = kind(hidden, penalty, classes, batch, min((0.01, 0.003, 0.001), key=loss), epochs)
    began = time.process_time()
    net.fit(X, y)
    return time.process_time() - began, scored(classes, net.answers(X_test), y_test)


def main():
    for name, data, hidden, penalty, classes, batch in (
        ("table 50-8-1", table(), 8, 1e-4, False, 1024),
        ("digits 61-32-10", digits(), 32, 1e-4, True, 64),
    ):
        rivals = [("patternsearch", lambda: ours(hidden, penalty, classes, data))]
        few, *more = (20, 100, 400) if classes else (5, 20, 100)
        for kind, of, epochs in [(InPyTorch, "PyTorch", few), *((Clamped, "NumPy", each) for each in (few, *more))]:
            run = lambda kind=kind, epochs=epochs: clamped(  # noqa: E731
                kind, hidden, penalty, classes, data, batch, epochs
            )
            rivals.append((f"Adam of {of}, {epochs} epochs", run))
        for rival, run in rivals:
            seconds, scores = run()
            told = "  ".join(f"{score:.4f}" for score in scores)
            print(f"{name:16} {rival:28} {seconds:8.2f} s  {told}", flush=True)


if __name__ == "__main__":
    main()
