"""How long a hundred pictures of the benchmark take at full size: about a second, and none is kept.

pytest tests/scenes/bench_scenes.py --benchmark-only
"""

from fixtures.scenes.seeing import Seeing


def test_a_hundred_pictures_at_full_size(benchmark):
    seeing = Seeing()
    benchmark.pedantic(lambda: [seeing[place].digest for place in range(300, 400)], rounds=3)
