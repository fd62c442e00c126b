"""Named entities in the texts of many fields."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("anat_em")
def test_anat_em(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("bc2gm")
def test_bc2gm(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("bc4chemd")
def test_bc4chemd(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("bc5cdr")
def test_bc5cdr(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("broad_twitter_corpus")
def test_broad_twitter_corpus(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("conll2003")
def test_conll2003(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("conllpp")
def test_conllpp(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("copious")
def test_copious(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("cross_ner")
def test_cross_ner(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("fin_ner")
def test_fin_ner(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("genia_ner")
def test_genia_ner(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("harvey_ner")
def test_harvey_ner(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("jnlpba")
def test_jnlpba(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("jnlpba_rare")
def test_jnlpba_rare(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("mit_movie_trivia")
def test_mit_movie_trivia(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("mit_restaurant")
def test_mit_restaurant(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("multi_nerd")
def test_multi_nerd(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("ncbi")
def test_ncbi(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("ontonotes5")
def test_ontonotes5(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("tweebank_ner")
def test_tweebank_ner(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("tweet_ner_7")
def test_tweet_ner_7(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold


@benchmark("wnut2017")
def test_wnut2017(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold
