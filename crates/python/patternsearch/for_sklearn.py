"""Estimators of scikit-learn: nets that are monotone in chosen features. It needs the package ``scikit-learn``."""

import os
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, MultiOutputMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ._core import Nets
from ._numbers import whole

Array = npt.NDArray[Any]
Loss = str | Callable[[Array, Array], float]
PathLike = str | os.PathLike[str]

#: Methods of the search.
METHODS = ("automatic", "quasi-newton", "coordinate")


class _MonotoneNet(BaseEstimator):  # type: ignore[misc, unused-ignore]
    def __init__(
        self,
        hidden: int | Sequence[int] | None = None,
        penalty: float | None = None,
        *,
        monotonic_cst: Mapping[str, int] | Sequence[int] | None = None,
        nonnegative: str | None = None,
        loss: Loss | None = None,
        delta: float = 1.35,
        nets: int = 5,
        starts: int = 1,
        folds: int = 5,
        early_stopping: bool = False,
        validation_fraction: float = 0.2,
        n_iter_no_change: int = 20,
        method: str = "automatic",
        iterations: int | None = None,
        random_state: Any = 0,
    ) -> None:
        self.hidden = hidden
        self.penalty = penalty
        self.monotonic_cst = monotonic_cst
        self.nonnegative = nonnegative
        self.loss = loss
        self.delta = delta
        self.nets = nets
        self.starts = starts
        self.folds = folds
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.method = method
        self.iterations = iterations
        self.random_state = random_state

    def _fit(
        self, X: Array, targets: Array, sample_weight: Any, classes: bool, journal: PathLike | None, resume: bool
    ) -> None:
        signs = self._signs()
        if classes and targets.shape[1] > 1 and any(signs):
            raise ValueError(
                f"monotonic_cst is given with {targets.shape[1]} classes; expected two: of more, the probability of "
                "which would be monotone is not said"
            )
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        seed = check_random_state(self.random_state).randint(2**31 - 1)
        early = (_share(self.validation_fraction), whole("n_iter_no_change", self.n_iter_no_change))
        if self.method not in METHODS:
            raise ValueError(f"method is {self.method!r}; expected one of {METHODS}")
        if self.nonnegative not in (None, "weights", "all"):
            raise ValueError(f"nonnegative is {self.nonnegative!r}; expected None, 'weights' or 'all'")
        if self.nonnegative is not None and any(signs):
            raise ValueError("nonnegative is given with monotonic_cst; expected one of them")
        self._nets, size, candidates = Nets.fit(
            np.ascontiguousarray(X, dtype=np.float64),
            np.ascontiguousarray(targets, dtype=np.float64),
            weights,
            classes,
            self.loss,
            float(self.delta),
            signs,
            self.nonnegative,
            self._sizes(),
            whole("folds", self.folds),
            whole("nets", self.nets),
            whole("starts", self.starts),
            early if self.early_stopping else None,
            self.method,
            None if self.iterations is None else whole("iterations", self.iterations),
            int(seed),
            *_journal(journal, resume),
        )
        self.hidden_, self.penalty_ = tuple(size[0]), size[1]
        self.cv_results_: list[dict[str, Any]] = [
            {"hidden": tuple(hidden), "penalty": penalty, "loss": loss, "error": error}
            for hidden, penalty, loss, error in candidates
        ]
        self.proofs_ = self._nets.proofs(signs, np.ascontiguousarray(X, dtype=np.float64))

    def _signs(self) -> list[int]:
        """-1, 0 or 1 for each feature."""
        n, given = self.n_features_in_, self.monotonic_cst
        if given is None:
            return [0] * n
        if isinstance(given, Mapping):
            names = list(getattr(self, "feature_names_in_", []))
            unknown = [name for name in given if name not in names]
            if unknown:
                raise ValueError(f"monotonic_cst names {unknown[0]!r}; expected names of the features: {names}")
            given = [given.get(name, 0) for name in names]
        signs = np.asarray(given)
        if signs.shape != (n,) or not np.isin(signs, (-1, 0, 1)).all():
            raise ValueError(f"monotonic_cst is {given!r}; expected -1, 0 or 1 for each of {n} features")
        return [int(sign) for sign in signs]

    def _sizes(self) -> list[tuple[list[int], float]]:
        """The sizes to choose among: the default ones, with what is given in their place."""
        sizes = Nets.default_sizes()
        if self.hidden is not None:
            layers: list[Any] = list(self.hidden) if isinstance(self.hidden, Sequence) else [self.hidden]
            if not all(isinstance(units, Integral) and int(units) > 0 for units in layers):
                raise ValueError(f"hidden is {self.hidden!r}; expected units of the hidden layers, each at least 1")
            sizes = [([int(units) for units in layers], penalty) for _, penalty in sizes]
        if self.penalty is not None:
            if not isinstance(self.penalty, Real) or not 0 <= self.penalty < np.inf:
                raise ValueError(f"penalty is {self.penalty!r}; expected a finite number, at least 0")
            sizes = [(layers, float(self.penalty)) for layers, _ in sizes]
        return [size for place, size in enumerate(sizes) if size not in sizes[:place]]

    def _outputs(self, X: Any) -> Array:
        check_is_fitted(self, "_nets")
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return self._nets.outputs(np.ascontiguousarray(X))

    def report(self, path: PathLike, X: Any, y: Any, sample_weight: Any = None) -> None:
        """Write what is known of the fitted nets as one page of HTML, which needs no script and no network.

        It has the scores of the nets on `X` and `y`; calibration and confusion matrix of classes, or a plot of measured
        and predicted numbers; what is proved monotone; the partial dependence on each feature, over `X`; and the sizes
        that were tried. Only rows that the nets were not fitted to tell how they answer new ones.

        Parameters
        ----------
        path : path
            The file, replaced if it is there.
        X, y, sample_weight
            As for `fit`.
        """
        check_is_fitted(self, "_nets")
        name = getattr(y, "name", None)
        names = getattr(y, "columns", [f"y{k}" for k in range(np.shape(y)[1])] if np.ndim(y) == 2 else [name or "y"])
        X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, reset=False)
        features = getattr(self, "feature_names_in_", [f"x{k}" for k in range(self.n_features_in_)])
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        page = self._nets.report(
            [str(name) for name in features],
            [str(name) for name in names],
            [str(label) for label in self.classes_] if hasattr(self, "classes_") else None,
            self._signs(),
            (list(self.hidden_), self.penalty_),
            [(list(c["hidden"]), c["penalty"], c["loss"], c["error"]) for c in self.cv_results_],
            np.ascontiguousarray(X, dtype=np.float64),
            np.ascontiguousarray(self._targets(y), dtype=np.float64),
            weights,
        )
        Path(path).write_text(page, encoding="utf-8")

    def _targets(self, y: Array) -> Array:
        """The outputs of ideal nets, of shape (n_samples, n_outputs)."""
        raise NotImplementedError

    def to_onnx(self, path: PathLike) -> None:
        """Write the fitted nets to an ONNX file (operators of version 19), for other programs to run.

        Its input is `inputs`, doubles of shape (n_samples, n_features). The output of a regressor is `outputs`, doubles
        of shape (n_samples, n_outputs). Those of a classifier are `class`, the most probable class, of shape
        (n_samples, 1), and `probabilities`, of shape (n_samples, n_classes). They are those of `predict` and
        `predict_proba` to rounding.
        """
        check_is_fitted(self, "_nets")
        classes = getattr(self, "classes_", None)
        Path(path).write_bytes(self._nets.onnx(None if classes is None else classes.tolist()))


def _journal(path: PathLike | None, resume: bool) -> tuple[str | None, bool]:
    if path is None and resume:
        raise ValueError("resume is True without a journal; expected journal, the path of a file")
    return None if path is None else os.fspath(path), bool(resume)


def _share(value: Any) -> float:
    if not isinstance(value, Real) or not 0 < float(value) < 1:
        raise ValueError(f"validation_fraction is {value!r}; expected a number between 0 and 1")
    return float(value)


class MonotoneNetRegressor(MultiOutputMixin, RegressorMixin, _MonotoneNet):  # type: ignore[misc, unused-ignore]
    """Nets whose predictions rise or fall with chosen features, for all values of the others.

    The mean of a few small nets of `tanh` units, fitted under bounds on their weights that make each net monotone.
    After a fit the signs of the weights are the proof, and `proofs_` says so for each feature.

    Parameters
    ----------
    hidden : int, or list or tuple of int, optional
        Units of the hidden layers; an empty sequence for a linear model. Cross-validation chooses between none and
        one layer of 8 units if it is ``None``.
    penalty : float, optional
        Ridge penalty on the weights, at least 0, for features and targets of standard deviation 1. Chosen among
        0.001, 0.003, 0.01, 0.03 and 0.1 by cross-validation if it is ``None``.
    monotonic_cst : mapping of str to int, or sequence of int, optional
        1 for a feature with which no prediction falls, -1 with which none rises, 0 for a free one; by name or for
        each feature, as in scikit-learn's trees.
    nonnegative : {None, "weights", "all"}
        No weight, or no weight and no bias, is below zero. Not together with `monotonic_cst`.
    loss : {"squares", "absolute", "huber"} or function, optional
        What is minimized; squares by default. A function takes predictions and targets, both of shape (n_samples,
        n_outputs), and returns a number; it needs no slopes, and sees no sample weights.
    delta : float
        Where Huber's loss turns from squares to absolute errors, in standard deviations of the target.
    nets : int
        Nets whose predictions are averaged.
    starts : int
        Starts of each net, of which the best counts.
    folds : int
        Folds of the cross-validation.
    early_stopping : bool
        Whether a part of the samples, `validation_fraction`, is held out of each search and ends it when its loss has
        not fallen for `n_iter_no_change` iterations.
    method : {"automatic", "quasi-newton", "coordinate"}
        How to search.
    iterations : int, optional
        The most iterations of each quasi-Newton search; by default 1000. It ends before when three in a row lower its
        value by less than 1e-6 of it, or 1e-9 without hidden units. Of more than 20,000 samples a first search takes
        10,000, and a second one goes on with all, in as many iterations as sweep over 10 million samples, but at least
        50.
    random_state : int, RandomState or None
        Starts, folds and samples held out.

    Attributes
    ----------
    hidden_, penalty_ : tuple of int, float
        The size of the nets.
    cv_results_ : list of dict
        The sizes that were tried, with their mean losses and standard errors; empty if there was no choice.
    proofs_ : list of str
        For each feature "free", or "proved"; "refuted" and "unknown" do not occur unless a library is broken.

    Examples
    --------
    >>> import numpy as np
    >>> from patternsearch.for_sklearn import MonotoneNetRegressor
    >>> X = np.arange(40.0).reshape(20, 2)
    >>> y = np.sqrt(X[:, 0]) + np.sin(X[:, 1])
    >>> net = MonotoneNetRegressor(4, 0.001, monotonic_cst=[1, 0]).fit(X, y)
    >>> net.proofs_
    ['proved', 'free']
    >>> bool(net.predict([[5.0, 3.0]]) <= net.predict([[6.0, 3.0]]))
    True
    """

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        journal: PathLike | None = None,
        resume: bool = False,
    ) -> "MonotoneNetRegressor":
        """Fit nets to samples. ``KeyboardInterrupt`` ends the fit.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)
            The features, numbers.
        y : array_like, shape (n_samples,) or (n_samples, n_outputs)
            The targets, numbers.
        sample_weight : array_like, shape (n_samples,), optional
            Weights of the samples, at least 0.
        journal : path, optional
            A new file that records each search of the fit (for each size, fold, net and start) when it is done, so that
            a fit that was stopped can be resumed.
        resume : bool
            Whether to go on from the journal, which is begun if it is not there. The nets are those of an undisturbed
            fit, to the bit. The same call is needed: a journal of other samples or parameters is refused.

        Raises
        ------
        ValueError
            If an argument is wrong; the message names it.
        OSError
            If the journal cannot be used: it is there already and `resume` is false, it is that of another fit, or
            another fit is writing to it.
        """
        X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True, ensure_min_samples=2)
        self._flat = y.ndim == 1
        self._fit(X, self._targets(y), sample_weight, False, journal, resume)
        return self

    def _targets(self, y: Array) -> Array:
        return y.reshape(len(y), -1)

    def predict(self, X: Any) -> Array:
        """Predict the targets, of the shape that `y` had."""
        outputs = self._outputs(X)
        return outputs[:, 0] if self._flat else outputs


class MonotoneNetClassifier(ClassifierMixin, _MonotoneNet):  # type: ignore[misc, unused-ignore]
    """Nets whose probability of the second class rises or falls with chosen features, for all values of the others.

    See `MonotoneNetRegressor`; here `loss` is "cross-entropy", the default, or "zero-one", which has no slopes, or a
    function of probabilities and targets: of the second of two classes, shape (n_samples, 1), or of all. With more
    than two classes there is no `monotonic_cst`.

    Attributes
    ----------
    classes_ : ndarray
        The classes, sorted.

    Examples
    --------
    >>> import numpy as np
    >>> from patternsearch.for_sklearn import MonotoneNetClassifier
    >>> X = np.arange(20.0).reshape(20, 1)
    >>> y = np.where(X[:, 0] + 3 * np.sin(X[:, 0]) > 10, "late", "early")
    >>> net = MonotoneNetClassifier(2, 0.01, monotonic_cst=[1]).fit(X, y)
    >>> net.classes_.tolist(), net.predict([[2.0], [18.0]]).tolist()
    (['early', 'late'], ['early', 'late'])
    >>> bool(np.all(np.diff(net.predict_proba(X)[:, 1]) >= 0))
    True
    """

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        journal: PathLike | None = None,
        resume: bool = False,
    ) -> "MonotoneNetClassifier":
        """Fit nets to samples with classes `y` of shape (n_samples,); as `MonotoneNetRegressor.fit` in all else."""
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(f"y has one class, {self.classes_[0]!r}; expected at least two classes")
        self._fit(X, self._targets(y), sample_weight, True, journal, resume)
        return self

    def _targets(self, y: Array) -> Array:
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise ValueError(f"y has {unknown.tolist()[0]!r}; expected classes of the fit: {self.classes_.tolist()}")
        targets = np.eye(len(self.classes_))[np.searchsorted(self.classes_, y)]
        return targets[:, 1:] if len(self.classes_) == 2 else targets

    def predict_proba(self, X: Any) -> Array:
        """Predict the probability of each class, in the order of `classes_`."""
        outputs = self._outputs(X)
        return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def predict(self, X: Any) -> Array:
        """Predict the most probable class, the first of equals."""
        places = np.argmax(self.predict_proba(X), axis=1)
        chosen: Array = self.classes_[places]
        return chosen
