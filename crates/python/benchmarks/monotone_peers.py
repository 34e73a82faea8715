"""Monotone nets of other packages as estimators that choose their settings on their own, as ours do.

    pip install tensorflow-lattice          # Lattice
    pip install mononet torch               # Constrained

Each tries two shapes and four numbers of epochs by five folds of the rows that it is given (of the small grid two
numbers by three folds), and is then the mean of five nets of the best setting with different random numbers. Both are
trained with Adam, in batches of an eighth of the rows.
"""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import KFold, StratifiedKFold

EPOCHS, FOLDS = (25, 50, 100, 200), 5
SMALL_EPOCHS, SMALL_FOLDS = (50, 200), 3
NETS = 5


class Peer(BaseEstimator):
    """What both have in common. `signs` has -1, 0 or 1 for each column; `setting` is chosen if it is None."""

    def __init__(self, signs, classes, seed=0, small_grid=False, setting=None):
        self.signs, self.classes, self.seed = signs, classes, seed
        self.small_grid, self.setting = small_grid, setting

    def fit(self, X, y):
        self.middle_, self.size_ = (0.0, 1.0) if self.classes else (y.mean(), y.std())
        targets = (y - self.middle_) / self.size_
        self.mean_, deviation = X.mean(axis=0), X.std(axis=0)
        self.deviation_ = np.where(deviation > 0, deviation, 1.0)
        X = (X - self.mean_) / self.deviation_
        self.data_, self.graphs_ = (X, targets), {}
        shape, epochs = self.setting_ = self.setting or self._best(X, targets)
        self.nets_ = [self._trained(shape, [epochs], X, targets, self.seed + k)[-1] for k in range(NETS)]
        return self

    def _best(self, X, targets):
        numbers, count = (SMALL_EPOCHS, SMALL_FOLDS) if self.small_grid else (EPOCHS, FOLDS)
        folds = (StratifiedKFold if self.classes else KFold)(count, shuffle=True, random_state=self.seed)
        losses = dict.fromkeys(((shape, epochs) for shape in self.shapes for epochs in numbers), 0.0)
        for fitted, held in folds.split(X, targets):
            for shape in self.shapes:
                nets = self._trained(shape, numbers, X[fitted], targets[fitted], self.seed)
                for epochs, net in zip(numbers, nets):
                    losses[shape, epochs] += self._loss(net(X[held]), targets[held])
        return min(losses, key=losses.get)

    def _loss(self, outputs, targets):
        """The sum of squares, or of the log losses of logits."""
        if self.classes:
            return np.sum(np.logaddexp(0, outputs) - targets * outputs)
        return np.sum((outputs - targets) ** 2)

    @property
    def chosen_(self):
        return {"setting": self.setting_}

    def _answers(self, X):
        X = (X - self.mean_) / self.deviation_
        outputs = [net(X) for net in self.nets_]
        return np.mean([1 / (1 + np.exp(-each)) for each in outputs] if self.classes else outputs, axis=0)

    def predict(self, X):
        return self._answers(X) * self.size_ + self.middle_

    def predict_proba(self, X):
        second = self._answers(X)
        return np.stack([1 - second, second], axis=1)


def order(rows, epoch, seed):
    """The batches of an epoch."""
    return np.array_split(np.random.default_rng([seed, epoch]).permutation(rows), 8)


class Lattice(Peer):
    """TensorFlow Lattice: calibrated ensembles of lattices over random columns (Milani Fard, Canini, Cotter, Pfeifer &
    Gupta 2016, "Fast and flexible monotonic functions with ensembles of lattices"), as many as columns."""

    shapes = (2, 4)  # the columns of a lattice

    def _trained(self, rank, epochs, X, targets, seed):
        import tensorflow as tf
        import tf_keras

        tf_keras.utils.set_random_seed(seed)
        columns, net, begin = self._graph(rank)
        for variable, value in begin:
            variable.assign(value)

        def answers(weights):
            def of(X):
                net.set_weights(weights)
                return net([tf.constant(X[:, [column]], tf.float32) for column in columns]).numpy()[:, 0].astype(float)

            return of

        done, nets = 0, []
        inputs = [X[:, [column]] for column in columns]
        for upto in epochs:
            net.fit(inputs, targets, epochs=upto, initial_epoch=done, batch_size=-(-len(X) // 8), verbose=0)
            nets.append(answers(net.get_weights()))
            done = upto
        return nets

    def _graph(self, rank):
        """The columns that vary, the net, and the values of its variables at the start. Making it takes longer than a
        training, so that nets of one shape share it; the order of their batches differs."""
        import tensorflow_lattice as lattice
        import tf_keras

        if rank in self.graphs_:
            return self.graphs_[rank]
        X, targets = self.data_
        columns = [column for column in range(X.shape[1]) if np.ptp(X[:, column]) > 0]
        features = [
            lattice.configs.FeatureConfig(
                name=f"x{column}",
                lattice_size=2,
                monotonicity=int(self.signs[column]),
                pwl_calibration_num_keypoints=10,
                pwl_calibration_input_keypoints=np.unique(np.quantile(X[:, column], np.linspace(0, 1, 10))),
            )
            for column in columns
        ]
        low, high = (-2.0, 2.0) if self.classes else (targets.min(), targets.max())
        model = lattice.configs.CalibratedLatticeEnsembleConfig(
            feature_configs=features,
            lattices="random",
            num_lattices=len(columns),
            lattice_rank=min(rank, len(columns)),
            output_initialization=[low, high],
            random_seed=self.seed,
        )
        lattice.premade_lib.set_random_lattice_ensemble(model)
        net = lattice.premade.CalibratedLatticeEnsemble(model)
        loss = tf_keras.losses.BinaryCrossentropy(from_logits=True) if self.classes else "mse"
        adam = tf_keras.optimizers.Adam(0.02)
        net.compile(loss=loss, optimizer=adam, steps_per_execution=8)
        adam.build(net.trainable_variables)
        begin = [(variable, variable.numpy()) for variable in [*net.variables, *adam.variables]]
        return self.graphs_.setdefault(rank, (columns, net, begin))


class Constrained(Peer):
    """Constrained monotonic nets (Runje & Shankaranarayana 2023), after the example of `mononet`: free columns through
    two plain layers of 16 and 8 units, then two monotone layers of 8 or 32 units, elu."""

    shapes = (8, 32)

    def _trained(self, units, epochs, X, targets, seed):
        import copy

        import torch
        from mononet import MonotonicityMask
        from mononet.torch import MonoInput, MonoLinear

        torch.set_num_threads(1)
        torch.manual_seed(seed)
        signs = np.asarray(self.signs)
        monotone, free = np.flatnonzero(signs), np.flatnonzero(signs == 0)
        relu = torch.nn.ReLU
        parts = torch.nn.ModuleList([MonoInput(MonotonicityMask(signs[monotone].astype(np.int8)))])
        if len(free):
            first, second = torch.nn.Linear(len(free), 16), torch.nn.Linear(16, 8)
            parts.append(torch.nn.Sequential(first, relu(), second, relu()))
        width = len(monotone) + (8 if len(free) else 0)
        last = MonoLinear(units, 1)
        layers = MonoLinear(width, units, activation="elu"), MonoLinear(units, units, activation="elu"), last
        parts.append(torch.nn.Sequential(*layers))

        def outputs(parts, X):
            inputs = [parts[0](X[:, monotone])] + ([parts[1](X[:, free])] if len(free) else [])
            return parts[-1](torch.cat(inputs, dim=1))[:, 0]

        def answers(parts):
            def of(X):
                with torch.no_grad():
                    return outputs(parts, torch.tensor(X, dtype=torch.float32)).numpy().astype(float)

            return of

        loss = torch.nn.BCEWithLogitsLoss() if self.classes else torch.nn.MSELoss()
        adam = torch.optim.Adam(parts.parameters(), lr=0.01)
        X, targets = torch.tensor(X, dtype=torch.float32), torch.tensor(targets, dtype=torch.float32)
        nets = []
        for epoch in range(1, epochs[-1] + 1):
            for batch in order(len(X), epoch, seed):
                adam.zero_grad()
                loss(outputs(parts, X[batch]), targets[batch]).backward()
                adam.step()
            if epoch in epochs:
                nets.append(answers(copy.deepcopy(parts)))
        return nets
