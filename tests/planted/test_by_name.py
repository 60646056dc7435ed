"""A planted model has one meaning: no name stands in two of the tables."""

from collections import Counter

from fixtures.planted.burdened_nets import BURDENS
from fixtures.planted.drawn_nets import DRAWN
from fixtures.planted.gathered_nets import GATHERED
from fixtures.planted.miscounted import MISCOUNTED
from fixtures.planted.patch_scripts import PATCH_SCRIPTS
from fixtures.planted.plant import RECIPES
from fixtures.planted.scripted import SCRIPTS
from fixtures.planted.scripted_boxes import BOXED
from fixtures.planted.spoken_nets import SPEAKERS
from fixtures.planted.sunk_nets import SUNK_NETS
from fixtures.planted.told_scores import TOLD
from fixtures.planted.told_states import TOLD_STATES
from fixtures.planted.tuned_teachers import COURSES

TABLES = (
    *(RECIPES, SCRIPTS, PATCH_SCRIPTS, TOLD, MISCOUNTED, TOLD_STATES, BURDENS, BOXED),
    *(SPEAKERS, SUNK_NETS, GATHERED, DRAWN, COURSES),
)


def test_no_name_stands_in_two_tables():
    """Whoever looks it up would find one of them and mean the other."""
    told = Counter(name for table in TABLES for name in table)
    assert [name for name, times in told.items() if times > 1] == []
