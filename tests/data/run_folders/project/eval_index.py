"""A weighted index, sampled from a schema."""

from pytest_evalscope import index


@index("team.json", count=4, seed=7)
def test_team(report):
    assert report.weighted_avg >= 0.2
    assert report.category["team/words"].count >= 1
