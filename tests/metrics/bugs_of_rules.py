"""Bugs of benchmarks' rules: of captions by consensus, of people's answers, of letters, of yes, of boxes."""

from tests.metrics import test_benchmark_answer, test_box_overlap, test_consensus, test_polar_answer
from tests.metrics.mutants import Mutant
from vtmetrics.metrics import (
    benchmark_answer,
    box_overlap,
    consensus,
    polar_answer,
    polar_wording,
    vqa_wording,
)

OF_RULES = (
    Mutant(
        "another length costs nothing (CIDEr without its D)",
        consensus,
        "_score",
        "-((length - wanted) ** 2)",
        "0 * (length - wanted)",
        test_consensus.test_scores_are_those_of_the_plainest_vectors,
    ),
    Mutant(
        "repeated words are not clipped (CIDEr without its D)",
        consensus,
        "_cosine",
        "min(weight, meant.get(gram, 0.0))",
        "weight",
        test_consensus.test_repeating_a_rare_word_gains_nothing,
    ),
    Mutant(
        "rarity counts texts, and not images",
        consensus,
        "cider_d",
        "{gram for text in each for gram in _counted(text)}",
        "[gram for text in each for gram in _counted(text)]",
        test_consensus.test_scores_are_those_of_the_plainest_vectors,
    ),
    Mutant(
        "nobody is left out: three who agree are wholly right",
        benchmark_answer,
        "vqa_accuracy",
        "min(same - 1, AGREEING)",
        "min(same, AGREEING)",
        lambda: test_benchmark_answer.test_of_ten_people_four_make_an_answer_right(3, 0.9),
    ),
    Mutant(
        "people's answers lose their marks even if all are the same",
        benchmark_answer,
        "_read",
        "if len(set(meant)) > 1 else meant",
        "",
        test_benchmark_answer.test_people_who_all_say_the_same_keep_their_marks,
    ),
    Mutant(
        "no end of full stops is taken out",
        vqa_wording,
        "without_punctuation",
        ", count=MOST_STOPS",
        "",
        lambda: test_benchmark_answer.test_the_official_wording_has_the_official_faults("." * 40, "." * 8),
    ),
    Mutant(
        "letters are divided by blanks too (lmms-eval)",
        benchmark_answer,
        "_distance",
        "if raw else (said, meant)",
        "",
        test_benchmark_answer.test_case_and_blanks_are_nothing,
    ),
    Mutant(
        "half an answer counts (lmms-eval)",
        benchmark_answer,
        "anls",
        "best > SIMILAR_ENOUGH or",
        "best >= SIMILAR_ENOUGH or",
        lambda: test_benchmark_answer.test_harnesses_divide_by_blanks_and_keep_a_half("ab", "abcd", 0, 0.5),
    ),
    Mutant(
        "the second sentence is read too",
        polar_wording,
        "polar",
        'text.partition(".")[0]',
        "text",
        lambda: test_polar_answer.test_each_rule_reads_as_its_code_does(
            "Yes. It is not red.", "yes", "", "yes", "yes"
        ),
    ),
    Mutant(
        "what says neither is no answer that is missed",
        polar_answer,
        "pope",
        'if definition != "lmms" else 0',
        "* 0",
        test_polar_answer.test_scores_are_those_of_the_plainest_count,
    ),
    Mutant(
        "a width is taken for a corner",
        box_overlap,
        "iou",
        'if form == "corners" else',
        "if form else",
        test_box_overlap.test_a_size_is_the_way_between_corners,
    ),
)
