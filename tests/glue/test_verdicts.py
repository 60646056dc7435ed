"""What a claim's test returns becomes evidence, a letter and an exit status."""


def test_a_supported_claim_passes(suite):
    done = suite.run("--evidence=kept", "-v")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*test_answers?[[]model=tiny/llava-1]] SUPPORTED*"])
    assert {(row.model, row.role, row.verdict) for row in suite.rows()} == {
        ("tiny/llava-1", "", "supported"),
        ("tiny/llava-1", "untrained", "refuted"),
        ("qwen-2", "", "supported"),
        ("qwen-2", "untrained", "refuted"),
    }
