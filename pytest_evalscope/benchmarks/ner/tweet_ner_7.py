"""TweetNER7: 3,383 tweets of 2019 to 2021 with seven types of entities."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "CORPORATION": ("corporation", "companies"),
    "CREATIVE_WORK": ("creative_work", "titles of books, songs, films and the like"),
    "EVENT": ("event", "festivals, sports events and other events"),
    "GROUP": ("group", "bands, teams, parties and other groups"),
    "LOCATION": ("location", "cities, countries, landmarks"),
    "PERSON": ("person", "names of people"),
    "PRODUCT": ("product", "things that are sold"),
}

BENCHMARK = ner(
    "tweet_ner_7",
    TYPES,
    title="TweetNER7",
    description="3,383 tweets of 2019 to 2021 with seven types of entities.",
    paper="arXiv:2210.03797",
    licence="Twitter developer agreement",
    rows=3383,
    tags=("social_media",),
)
