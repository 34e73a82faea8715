"""ONNX files: onnxruntime, which knows nothing of us, gives our answers."""

import csv
import json
import shutil
import subprocess

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from patternsearch._core import Nets

RANDOM = np.random.default_rng(1)
TRANSFERS = (
    "tansig logsig purelin poslin satlin satlins hardlim hardlims radbas radbasn tribas softmax compet elliotsig "
    "elliot2sig netinv"
).split()


def session(file):
    """Checked by ONNX's own rules, and ready to run."""
    onnx.checker.check_model(onnx.load_from_string(file), full_check=True)
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])


def agree(ours, theirs):
    """To 1e-12 of the largest answer."""
    assert theirs.dtype == np.float64 and theirs.shape == ours.shape
    assert np.max(np.abs(ours - theirs)) <= 1e-12 * np.max(np.abs(ours))


def scaling(rows, removed=()):
    ends = [None] + [{"minimum": float(low), "maximum": float(low) + 3.5} for low in RANDOM.normal(size=rows - 1)]
    return {"low": -1.0, "high": 1.0, "rows": ends, "removed": [{"row": row, "value": 7.5} for row in removed]}


def network(hidden, transfer, outputs=3):
    units = [4, hidden, outputs]
    layers = [{"units": hidden, "transfer": transfer}, {"units": outputs, "transfer": "purelin"}]
    count = sum((before + 1) * after for before, after in zip(units, units[1:]))
    return {
        "topology": {"inputs": 4, "layers": layers},
        "input_scaling": scaling(4, removed=[1, 5]),
        "output_scaling": scaling(3, removed=[0]),
        "parameters": RANDOM.normal(size=count).tolist(),
    }


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_every_transfer_function_and_scaling_answers_the_same(transfer):
    nets = Nets.from_json(json.dumps([network(5, transfer), network(3, transfer)]))
    inputs = 2 * RANDOM.normal(size=(200, 6))
    (theirs,) = session(nets.onnx(None)).run(["outputs"], {"inputs": inputs})
    agree(nets.outputs(inputs), theirs)


def test_net_inputs_without_a_finite_square_answer_the_same():
    net = network(5, "elliot2sig")
    net["parameters"][0] = 1e200
    nets = Nets.from_json(json.dumps([net]))
    inputs = RANDOM.normal(size=(5, 6))
    (theirs,) = session(nets.onnx(None)).run(["outputs"], {"inputs": inputs})
    agree(nets.outputs(inputs), theirs)


def estimators():
    pytest.importorskip("sklearn")
    from patternsearch.for_sklearn import MonotoneNetClassifier, MonotoneNetRegressor

    return MonotoneNetRegressor, MonotoneNetClassifier


X = RANDOM.normal(size=(120, 3))
Y = np.tanh(X[:, 0]) - X[:, 1] ** 3 / 5 + np.sin(2 * X[:, 2])


@pytest.mark.parametrize("targets", [1, 2])
def test_a_regressor_predicts_the_same(tmp_path, targets):
    regressor, _ = estimators()
    net = regressor((4, 3), 0.001, nets=3, monotonic_cst=[1, -1, 0]).fit(X, np.c_[Y, -2 * Y][:, :targets])
    net.to_onnx(tmp_path / "net.onnx")
    (theirs,) = session((tmp_path / "net.onnx").read_bytes()).run(None, {"inputs": X})
    agree(net.predict(X).reshape(len(X), -1), theirs)


@pytest.mark.parametrize(
    "classes",
    [np.array(["no", "yes"]), np.array([3, 5]), np.array([False, True]), np.array([0.0, 2.0]), np.array([7, 8, 9])],
    ids=str,
)
def test_a_classifier_chooses_the_same(tmp_path, classes):
    _, classifier = estimators()
    y = classes[np.digitize(Y, np.quantile(Y, np.arange(1, len(classes)) / len(classes)))]
    net = classifier(3, 0.01, nets=2).fit(X, y)
    net.to_onnx(tmp_path / "net.onnx")
    chosen, probabilities = session((tmp_path / "net.onnx").read_bytes()).run(["class", "probabilities"], {"inputs": X})
    assert chosen.shape == (120, 1) and np.array_equal(chosen[:, 0], net.predict(X))
    agree(net.predict_proba(X), probabilities)


def test_classes_that_are_neither_numbers_nor_texts_are_named():
    nets = Nets.from_json(json.dumps([network(2, "tansig")]))
    with pytest.raises(ValueError, match=r"the classes are \[1, 'a'\]; expected numbers or texts"):
        nets.onnx([1, "a"])


@pytest.mark.skipif(shutil.which("patternsearch") is None, reason="the program is not on the path")
@pytest.mark.parametrize("classes", [False, True])
def test_a_table_with_text_and_missing_cells_is_answered_as_the_program_answers(tmp_path, classes):
    sizes, colours = ["small", "medium", "large"], ["red", "green", ""]
    rows = []
    for i in range(90):
        x = "" if i % 11 == 5 else f"{i * 17 % 90 / 10}"
        y = i * 17 % 90 + 20 * (i % 3)
        rows.append([x, sizes[i % 3], colours[i % 7 % 3], ("late" if y > 60 else "early") if classes else str(y)])

    def write(name, header, rows):
        with open(tmp_path / name, "w", newline="") as file:
            csv.writer(file).writerows([header, *rows])

    def program(*arguments):
        return subprocess.run(
            ["patternsearch", *arguments], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    write("fit.csv", ["x", "size", "colour", "y"], rows)
    write("new.csv", ["x", "size", "colour"], [row[:3] for row in rows])
    flags = "--missing indicator --order size=small,medium,large --hidden 4 --penalty 0.01 --nets 2".split()
    program("fit", "fit.csv", "--target", "y", *flags)
    program("export", "net.json", "net.onnx")
    answers = list(csv.DictReader(program("predict", "net.json", "new.csv", *["--probabilities"] * classes).splitlines()))

    text = lambda column: np.array([[row[column]] for row in rows], dtype=object)  # noqa: E731
    numbers = np.array([[float(row[0] or "nan")] for row in rows])
    inputs = {"x": numbers, "size": text(1), "colour": text(2)}
    run = session((tmp_path / "net.onnx").read_bytes())
    if classes:
        chosen, probabilities = run.run(["y", "probabilities"], inputs)
        assert [row["y"] for row in answers] == chosen[:, 0].tolist()
        agree(np.array([[float(row["P(early)"]), float(row["P(late)"])] for row in answers]), probabilities)
    else:
        agree(np.array([[float(row["y"])] for row in answers]), run.run(["y"], inputs)[0])

    # Where the program refuses a row, there is no answer.
    inputs["size"][0, 0] = "huge"
    outputs = dict(zip([output.name for output in run.get_outputs()], run.run(None, inputs)))
    assert np.isnan(outputs["probabilities" if classes else "y"][0]).all()
    assert not np.isnan(outputs["probabilities" if classes else "y"][1:]).any()
    if classes:
        assert outputs["y"][0, 0] == ""
