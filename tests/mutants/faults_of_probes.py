"""Faults of probes: who learns from whom, where probes are put, and what they are compared with."""

from tests.mutants.fault import Fault
from tests.mutants.faults_of_truncation import numbers

CLAIMS, LESSON, CURVE, PLACES, NET = (
    "claims/test_probes.py",
    "vtmetrics/readings/probe_lesson.py",
    "vtmetrics/readings/probe_curve.py",
    "vtmetrics/protocols/probe_places.py",
    "vtmetrics/metrics/probe.py",
)
OF_LESSONS, OF_CURVES, OF_PLACES, OF_NETS = (
    ("tests/readings/test_probe_lesson.py",),
    ("tests/readings/test_probe_curve.py",),
    ("tests/protocols/test_probe_places.py",),
    ("tests/metrics/test_probe.py",),
)

OF_PROBES = (
    Fault(
        "probes are asked about bases that they have met",
        "unit of resampling",
        LESSON,
        "if self.folds[base_of(one)] != fold]",
        "if self.folds[base_of(one)] == fold]",
        OF_LESSONS,
    ),
    Fault(
        "what is told is not less the most frequent label",
        "arm",
        LESSON,
        ".double() - float(self.usual[fold] == label)",
        ".double() - 0 * float(self.usual[fold] == label)",
        OF_LESSONS,
    ),
    Fault(
        "labels are dealt to their own bases",
        "control",
        LESSON,
        "other = {name: told[names[place]] for",
        "other = {name: told[name] for",
        OF_LESSONS,
    ),
    Fault(
        "the last token has no probe",
        "tokens",
        LESSON,
        "torch.linspace(0, count - 1, places",
        "torch.linspace(0, count - 2, places",
        OF_LESSONS,
    ),
    Fault(
        "the mean over places is the first of them",
        "number of tokens",
        CURVE,
        "curves = (cells.mean(1), *cells.unbind(1))",
        "curves = (cells[:, 0], *cells.unbind(1))",
        OF_CURVES,
    ),
    Fault(
        "dealt labels have the name of the true ones",
        "control",
        CURVE,
        'dealt = " dealt" if self.lesson.dealt else ""',
        'dealt = "" if self.lesson.dealt else ""',
        OF_CURVES,
    ),
    Fault(
        "the lowest of all are asked about",
        "margin",
        PLACES,
        "ABOUT_A_TENTH = (0.05, 0.15)",
        "ABOUT_A_TENTH = (0.0, 0.15)",
        OF_PLACES,
    ),
    Fault(
        "places differ by noise as well",
        "bound",
        PLACES,
        "pairs = [((total @ total) - squares.sum())",
        "pairs = [(total @ total)",
        OF_PLACES,
    ),
    Fault(
        "features are not scaled",
        "weight",
        NET,
        "seen = (states - middle) / scale",
        "seen = states - middle",
        OF_NETS,
    ),
    Fault(
        "the loss is shared out among all places",
        "weight",
        NET,
        'cross_entropy(told, wanted, reduction="sum") / len(labels)',
        'cross_entropy(told, wanted, reduction="mean") / len(labels)',
        OF_NETS,
    ),
    Fault(
        "words are read before the first layer",
        "depth",
        CLAIMS,
        "return told.at(1).against(",
        "return told.at(0).against(",
        numbers("Q1 count"),
    ),
    Fault(
        "the lowest tenth is that of judged scenes",
        "gate",
        CLAIMS,
        "lowest_tenth(at_places(model, every_base, told))",
        "lowest_tenth(at_places(model, counted, told))",
        numbers("Q2.everywhere"),
    ),
    Fault(
        "the other is told more",
        "sign",
        CLAIMS,
        "return number - over_layers(",
        "return -1 * number + over_layers(",
        numbers("Q2.most common_color"),
    ),
    Fault(
        "the span begins at the input",
        "depth",
        CLAIMS,
        "curve[..., 1:], told.range",
        "curve[..., 0:], told.range",
        numbers("Q3 count"),
    ),
)
