"""An arena of three models on two datasets."""

from pytest_evalscope import arena


@arena(
    models=["python/scripted:old", "python/scripted:new", "python/scripted:mid"],
    baseline="python/scripted:old",
    schedule="baseline",
    data=["open.jsonl", "sets"],
)
def test_new_is_better(leaderboard):
    assert leaderboard["python/scripted:new"].win_rate == 1
    assert leaderboard["python/scripted:old"].lost >= 1
