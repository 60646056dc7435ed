"""What is trained, in which families, and what a lesson is."""

import copy
from dataclasses import replace

import pytest
import torch
from peft import PeftModel

from vtmetrics import PLAIN, Recipe, enter_at, truncate
from vtmetrics.inputs import collate
from vtmetrics.lab.training import LONGEST_ANSWER, Tuning, fresh_adapter, lessons, loss, rate

CUT, LATE = truncate(0.25), enter_at(0.25)


@pytest.fixture
def net(net_and_processor):
    return copy.deepcopy(net_and_processor[0])


def learning(student):
    """The modules of the net that have something to learn, by name."""
    names = [name for name, weight in student.named_parameters() if weight.requires_grad]
    assert all(".lora_" in name for name in names)
    return {name.partition(".lora_")[0].removeprefix("base_model.model.") for name in names}


@pytest.mark.parametrize(("targets", "parts"), [("attention", 4), ("text", 7)])
def test_the_text_side_alone_learns(net, targets, parts):
    names = learning(fresh_adapter(net, Recipe(CUT, rank=2, targets=targets)))
    assert len(names) == 12 * parts
    assert all(".language_model.layers." in f".{name}" for name in names)
    assert targets == "text" or all("self_attn" in name for name in names)


def test_all_modules_are_those_of_the_tower_and_the_projector_too(net):
    names = learning(fresh_adapter(net, Recipe(CUT, rank=2, targets="all")))
    text = {name for name in names if "language_model" in name}
    assert len(text) == 12 * 7
    assert {"vision_tower" in name or "visual" in name or "projector" in name for name in names - text} == {
        True
    }
    assert not any("lm_head" in name for name in names)


def test_a_bridged_adapter_is_that_of_the_text_and_the_projector(net):
    """The tower has none of it, and the projector two matrices."""
    text = learning(fresh_adapter(copy.deepcopy(net), Recipe(LATE, rank=2, targets="text")))
    names = learning(fresh_adapter(net, Recipe(LATE, rank=2, targets="bridged")))
    assert text < names
    assert len(names - text) == 2
    assert all("projector" in name or "merger" in name for name in names - text)


def test_an_adapter_of_the_tower_is_all_but_the_text_and_the_projector(net):
    text, all_of_it = (
        learning(fresh_adapter(copy.deepcopy(net), Recipe(LATE, rank=2, targets=targets)))
        for targets in ("bridged", "all")
    )
    names = learning(fresh_adapter(net, Recipe(LATE, rank=2, targets="tower")))
    assert names
    assert names == all_of_it - text


def test_every_part_learns_at_its_share_of_the_rate(net, net_and_processor, scenes, tmp_path):
    """Of the first step every weight moves by its rate, whatever its gradient is."""
    recipe = Recipe(PLAIN, rank=2, rate=1e-2, steps=1, batch=2, targets="all", bridge=0.5, tower=0.1)
    text, bridge = (
        learning(fresh_adapter(copy.deepcopy(net), replace(recipe, targets=part)))
        for part in ("text", "bridged")
    )
    tuning = Tuning(net, recipe, tmp_path / "kept")
    tuning.run(lessons(net_and_processor[1], scenes[:2]), lambda _: None)
    moved = {"text": [], "bridge": [], "tower": []}
    for name, weight in tuning.weights.items():
        if "lora_B" in name:
            place = name.partition(".lora_")[0].removeprefix("base_model.model.")
            part = "text" if place in text else "bridge" if place in bridge else "tower"
            moved[part].append(weight.detach().abs().max().item())
    assert max(moved["text"]) == pytest.approx(1e-2, rel=1e-3)
    assert max(moved["bridge"]) == pytest.approx(5e-3, rel=1e-3)
    assert max(moved["tower"]) == pytest.approx(1e-3, rel=1e-3)


@pytest.mark.parametrize(
    ("edit", "targets"),
    [(CUT, "attention"), (CUT, "all"), (LATE, "bridged"), (LATE, "text"), (PLAIN, "bridged")],
    ids=str,
)
def test_a_step_through_an_edit_moves_the_adapter_and_nothing_else(
    net, net_and_processor, scenes, edit, targets, tmp_path
):
    """Layers without image tokens learn from text alone; every adapter moves, in the tower if asked for."""
    before = {name: weight.clone() for name, weight in net.named_parameters()}
    recipe = Recipe(edit, rank=2, rate=1e-2, steps=2, batch=2, targets=targets)
    tuning = Tuning(net, recipe, tmp_path / "kept")
    tuning.run(lessons(net_and_processor[1], scenes[:4]), lambda _: None)
    moved = {name for name, weight in tuning.weights.items() if "lora_B" in name and weight.any()}
    assert moved == {name for name in tuning.weights if "lora_B" in name}
    for name, weight in tuning.student.get_base_model().named_parameters():
        if ".lora_" not in name:
            assert torch.equal(weight, before[name.replace(".base_layer", "")])


def test_the_loss_is_that_of_one_row_after_the_other(net, net_and_processor, scenes):
    student = fresh_adapter(net, Recipe(CUT, rank=2))
    rows = lessons(net_and_processor[1], scenes[:3])
    together = loss(student, Recipe(CUT), rows).item()
    alone = sum(loss(student, Recipe(CUT), [row]).item() for row in rows)
    assert together == pytest.approx(alone, rel=1e-4)
    assert loss(student, Recipe(), rows).item() != pytest.approx(together, rel=1e-4)


@pytest.mark.parametrize("targets", ["text", "bridged", "all"])
def test_what_is_learned_of_the_whole_net_is_what_torch_says_of_it_alone(
    net, net_and_processor, scenes, targets
):
    """Loss and gradients of one row, with all logits of the net's own forward, and no hook of ours."""
    recipe = Recipe(PLAIN, rank=2, targets=targets)
    student = fresh_adapter(net, recipe).eval()
    learned = [weight for weight in student.parameters() if weight.requires_grad]
    rows = lessons(net_and_processor[1], scenes[:1])
    ours = loss(student, recipe, rows)
    inputs, layout = collate(rows, student.device)
    logits = student(**inputs, use_cache=False).logits[0].log_softmax(-1)
    places = layout.named("answer")[0].nonzero()[:, 0]
    plain = -sum(logits[place - 1, inputs["input_ids"][0, place]] for place in places)
    assert ours.item() == pytest.approx(plain.item(), rel=1e-5)
    both = (torch.autograd.grad(one, learned) for one in (ours, plain))
    for mine, theirs in zip(*both, strict=True):
        assert torch.allclose(mine, theirs, rtol=1e-3, atol=1e-5)


def test_an_answer_ends_where_it_was_not_cut_off(net_and_processor, scenes):
    processor = net_and_processor[1]
    end = processor.tokenizer.eos_token_id
    long = replace(scenes[0], answer=" ".join(["red"] * LONGEST_ANSWER))
    rows = lessons(processor, [scenes[0], long])
    learned = [row.inputs["input_ids"][0][row.masks["answer"]].tolist() for row in rows]
    assert [ids[-1] == end for ids in learned] == [True, False]
    assert [ids.count(end) for ids in learned] == [1, 0]


def test_the_rate_rises_and_falls_to_nearly_nothing():
    recipe = Recipe(steps=20, rate=1.0)
    rates = [rate(recipe, step) for step in range(20)]
    assert max(rates) == 1.0
    assert rates[0] == 0.5
    assert 0 < rates[-1] < 0.1
    assert all(value > 0 for value in (rate(Recipe(steps=steps), 0) for steps in (1, 2, 3)))


def test_the_same_seed_begins_alike_and_leaves_chance_alone(net):
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, again, other = (fresh_adapter(copy.deepcopy(net), Recipe(rank=2, seed=seed)) for seed in (0, 0, 1))
    assert torch.equal(torch.rand(1), expected)
    drawn = [next(w for n, w in s.named_parameters() if "lora_A" in n) for s in (first, again, other)]
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
    assert isinstance(first, PeftModel)
