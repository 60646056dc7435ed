"""Faults of what is kept and told beside verdicts: joint rows, and token maps with their layers."""

from tests.mutants.fault import Fault

JOINT, LINES = "vtmetrics/evidence/joint_row.py", "vtmetrics/report/joint_rows.py"
STORIES, MERGED = "vtmetrics/suite/kept_stories.py", "vtmetrics/evidence/merged_evidence.py"
ITEMS = "vtmetrics/suite/claim_items.py"
MAPS, LAYERS = "vtmetrics/suite/kept_maps.py", "vtmetrics/report/page/map_layers.py"
JOINING = "tests/report/test_joint_rows.py"
TOGETHER = (
    "tests/suite/test_report_files.py::test_what_claims_say_together_is_told_and_goes_with_their_evidence"
)
KEEPING, DRAWING = "tests/suite/test_kept_maps.py", "tests/report/test_map_layers.py"

OF_JOINT_ROWS = (
    Fault(
        "a joint row takes its first claim alone",
        "arm",
        JOINT,
        "for name in self.claims}",
        "for name in self.claims[:1]}",
        (f"{JOINING}::test_it_stands_if_all_of_its_claims_do",),
    ),
    Fault(
        "a joint row tells every model what is true of the first",
        "arm",
        JOINT,
        "joined(conclusions.cases(name, model))",
        "joined(conclusions.cases(name, next(iter(conclusions)).model))",
        (f"{JOINING}::test_of_each_model_its_own_claims_are_asked",),
    ),
    Fault(
        "a joint row passes over claims that were not asked",
        "gate",
        JOINT,
        "if not conclusions.cases(name, model)]",
        "if not conclusions]",
        (f"{JOINING}::test_of_a_model_that_was_asked_half_it_says_which_half_lacks",),
    ),
    Fault(
        "a joint row is told where all of its claims were asked",
        "gate",
        JOINT,
        "if asked & {*row.claims}]",
        "if asked >= {*row.claims}]",
        (f"{JOINING}::test_of_a_model_that_was_asked_half_it_says_which_half_lacks",),
    ),
    Fault(
        "a joint row tells of twins",
        "control",
        LINES,
        "for column in (each for each in columns if not each.twin):",
        "for column in columns:",
        (f"{JOINING}::test_twins_have_no_joint_row",),
    ),
    Fault(
        "a joint row is kept whose claims nobody asked",
        "gate",
        STORIES,
        "if place.claim in row.claims:",
        "if place.claim not in ():",
        (TOGETHER,),
    ),
    Fault(
        "joint rows stay behind where folders are merged",
        "gate",
        MERGED,
        "if name not in ours.joint:",
        "if name in ours.joint:",
        (TOGETHER,),
    ),
    Fault(
        "of several that tell joint rows the first is heard",
        "multiplicity",
        ITEMS,
        "for rows in told for row in rows",
        "for rows in told[:1] for row in rows",
        (TOGETHER,),
    ),
)

OF_MAPS = (
    Fault(
        "maps are kept under another model's name",
        "name",
        MAPS,
        '"-", model.spec.name)',
        '"-", model.spec.family)',
        (f"{KEEPING}::test_every_scene_has_its_files_and_says_what_they_were_made_from",),
    ),
    Fault(
        "every kept map is that of the first scene",
        "arm",
        MAPS,
        "map_of(model, scene)",
        "map_of(model, scenes[0])",
        (f"{KEEPING}::test_every_scene_has_its_files_and_says_what_they_were_made_from",),
    ),
    Fault(
        "a map stays when the weights have changed",
        "gate",
        MAPS,
        'made_from = f"{model.digest} {scene.digest}"',
        'made_from = f"{scene.digest}"',
        (f"{KEEPING}::test_every_scene_has_its_files_and_says_what_they_were_made_from",),
    ),
    Fault(
        "a map stays whatever it was made from",
        "gate",
        MAPS,
        '_made_from(out.with_name(f"{out.name}.json")) == made_from',
        '_made_from(out.with_name(f"{out.name}.json")) != ""',
        (f"{KEEPING}::test_what_is_there_stays_and_what_is_of_another_scene_or_damaged_is_drawn",),
    ),
    Fault(
        "a twin's maps are kept for its model's",
        "control",
        MAPS,
        "or model.spec.twin or",
        "or",
        (f"{KEEPING}::test_each_model_has_its_maps_once_and_its_twins_none",),
    ),
    Fault(
        "of several models the first has maps",
        "gate",
        MAPS,
        "model.spec.name in config.stash[SEEN_TO]",
        "config.stash[SEEN_TO]",
        (f"{KEEPING}::test_each_model_has_its_maps_once_and_its_twins_none",),
    ),
    Fault(
        "a model has a map of every scene that is offered",
        "bound",
        MAPS,
        "asked[:SCENES_MAPPED]",
        "asked",
        (f"{KEEPING}::test_each_model_has_its_maps_once_and_its_twins_none",),
    ),
    Fault(
        "a layer shows the attention of the one before",
        "depth",
        LAYERS,
        'numbers["attention"] = told["received"][layer]',
        'numbers["attention"] = told["received"][layer - 1]',
        (f"{DRAWING}::test_every_layer_shows_its_own_numbers_and_words",),
    ),
    Fault(
        "every layer shows the norms of the first",
        "depth",
        LAYERS,
        'numbers = {"norm": told["norms"][layer]}',
        'numbers = {"norm": told["norms"][0]}',
        (f"{DRAWING}::test_every_layer_shows_its_own_numbers_and_words",),
    ),
    Fault(
        "every layer shows the words of the first",
        "depth",
        LAYERS,
        "layers[layer], sheet",
        "layers[0], sheet",
        (f"{DRAWING}::test_every_layer_shows_its_own_numbers_and_words",),
    ),
    Fault(
        "of the nearest words the farthest is shown",
        "order",
        LAYERS,
        "first = nearest[token][0]",
        "first = nearest[token][-1]",
        (f"{DRAWING}::test_every_layer_shows_its_own_numbers_and_words",),
    ),
    Fault(
        "the least is bright",
        "sign",
        LAYERS,
        "(number - low) / (high - low)",
        "(high - number) / (high - low)",
        (f"{DRAWING}::test_the_least_is_dark_the_most_bright_and_nothing_clear",),
    ),
    Fault(
        "sinks are in the dark",
        "tokens",
        LAYERS,
        '"dead": DARKEST, "sink": BRIGHTEST',
        '"dead": BRIGHTEST, "sink": DARKEST',
        (f"{DRAWING}::test_of_what_is_alive_the_picture_is_seen",),
    ),
    Fault(
        "words of all sheets stand on each",
        "tokens",
        LAYERS,
        'if told["sheets"][token] != sheet or',
        'if told["sheets"][token] < 0 or',
        (f"{DRAWING}::test_words_stand_on_the_sheet_of_their_token",),
    ),
    Fault(
        "rows of words are columns",
        "order",
        LAYERS,
        "cells[float(box[1]), float(box[0])]",
        "cells[float(box[0]), float(box[1])]",
        (f"{DRAWING}::test_words_stand_where_their_tokens_lie",),
    ),
)
