"""Derivations of probes: what told states have to come to, by where labels show."""

from tests.calibration.derived import between

UNSHOWN = "where no label shows nothing is told but by chance, and learning from few scenes costs as much"
PROBES = {
    ("Q1", "right"): [
        between(-0.15, 0.15, UNSHOWN, arm="unread"),
        between(-0.2, 0.15, UNSHOWN, arm="dealt"),
        between(0.2, 0.9, "labels show in all layers behind the first"),
    ],
    ("Q1", "wrong"): [between(-0.15, 0.15, UNSHOWN)],
    ("Q2.everywhere", "right"): [between(0.6, 0.9, "the number shows clearly everywhere")],
    ("Q2.everywhere", "wrong"): [between(-0.15, 0.15, UNSHOWN)],
    ("Q2.most", "wrong"): [between(-1, -0.3, "colour and shape show clearly, and the number hardly")],
    ("Q3", "wrong"): [between(0.4, 1, "nothing shows before layer 7, and all clearly behind")],
    ("Q5", "wrong"): [between(0.1, 0.3, "two of five tell all that there is, and three nothing")],
}
