"""Faults of growing batches: runs side by side that are given, or end with, what is another run's."""

from tests.mutants.fault import Fault

BATCH = "vtmetrics/engine/growing_batch.py"
TESTS = "tests/engine/test_growing_batch.py"


def ended(*families):
    """Runs of one batch that end otherwise than by themselves."""
    return tuple(f"{TESTS}::test_a_batch_ends_as_runs_of_their_own[sdpa-{family}]" for family in families)


OF_BATCHES = (
    Fault(
        "joined rows come back in another order",
        "order",
        BATCH,
        "in zip(members, (output[0]",
        "in zip(reversed(members), (output[0]",
        ended("llava"),
    ),
    Fault(
        "all runs are given what the first of them is given",
        "arm",
        BATCH,
        "self._beside([one.get(name) for one in given]",
        "self._beside([given[0].get(name) for one in given]",
        ended("qwen2_5_vl"),
    ),
    Fault(
        "what one group is given is kept for the next",
        "arm",
        BATCH,
        "key = tuple(map(id, parts))",
        "key = (len(parts), *parts[0].shape)",
        ended("qwen2_5_vl"),
    ),
    Fault(
        "positions of three axes are taken for those of rows",
        "number of tokens",
        BATCH,
        'return {**given, "position_ids": None} if several else given',
        "return given",
        (f"{TESTS}::test_positions_of_three_axes_are_not_joined",),
    ),
    Fault(
        "runs with a mask and without go together",
        "tokens",
        BATCH,
        "kind = frozenset(name for name, part in given.items() if part is None)",
        "kind = frozenset()",
        (f"{TESTS}::test_runs_of_one_length_go_together_if_all_of_them_need_a_mask_or_none",),
    ),
    Fault(
        "runs of a batch do nothing at later layers",
        "idle edit",
        BATCH,
        "if run.moves(layer):",
        "if run.moves(layer) and member.states is None:",
        ended("llava"),
    ),
    Fault(
        "a batch without room goes on one layer later",
        "depth",
        BATCH,
        "for later in range(layer, self.body.depth):",
        "for later in range(layer + 1, self.body.depth):",
        (f"{TESTS}::test_a_batch_grows_no_further_than_memory_has_room[2]",),
    ),
    Fault(
        "runs of a batch take no room",
        "bound",
        BATCH,
        "self._room -= _size(run, states, layer)",
        "self._room -= 0 * _size(run, states, layer)",
        (f"{TESTS}::test_a_batch_grows_no_further_than_memory_has_room[2]",),
    ),
    Fault(
        "a run has the room of its fewest tokens",
        "number of tokens",
        BATCH,
        "present = max(",
        "present = min(",
        (f"{TESTS}::test_a_run_takes_the_room_of_its_longest_layer_to_come",),
    ),
    Fault(
        "a run goes on with others where its layer is halted",
        "depth",
        BATCH,
        "halted = any(at >= layer for",
        "halted = any(at > layer for",
        (f"{TESTS}::test_frozen_and_whole_runs_stay_alone",),
    ),
    Fault(
        "whole runs go on with others",
        "gate",
        BATCH,
        "if layer == self.body.depth or made.slots[layer] is None:",
        "if layer == self.body.depth:",
        (f"{TESTS}::test_frozen_and_whole_runs_stay_alone",),
    ),
    Fault(
        "side by side is compared with itself",
        "control",
        BATCH,
        "check_equal(body, logits_of(body, ended, 0)[left], own[left],",
        "check_equal(body, own[left], own[left],",
        (f"{TESTS}::test_a_net_that_can_not_go_side_by_side_is_refused_before_it_does",),
    ),
)
