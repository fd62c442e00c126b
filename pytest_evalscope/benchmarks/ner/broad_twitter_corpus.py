"""Broad Twitter Corpus: 2,000 tweets from many times, places and uses, with people, organizations and places."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "PER": ("person", "names of people"),
    "ORG": ("organization", "companies, institutions and other organizations"),
    "LOC": ("location", "cities, countries and other places"),
}

BENCHMARK = ner(
    "broad_twitter_corpus",
    TYPES,
    title="Broad Twitter Corpus",
    description="2,000 tweets, drawn from many times, places and uses, with people, organizations and places.",
    paper="ACL C16-1111",
    licence="CC-BY-4.0",
    rows=2000,
    tags=("social_media",),
)
