"""MultiNERD: 167,993 sentences of Wikipedia and Wikinews in ten languages with fifteen types of entities."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "PER": ("person", "names of people"),
    "ORG": ("organization", "companies, agencies, institutions, nationalities and groups of a religion or party"),
    "LOC": ("location", "countries, cities, mountains, bodies of water, buildings and other places"),
    "ANIM": ("animal", "animals and their breeds, scientific names too"),
    "BIO": ("biological_entity", "fungi, bacteria, viruses and other living things that are neither animal nor plant"),
    "CEL": ("celestial_body", "planets, stars, comets, galaxies and other bodies in space"),
    "DIS": ("disease", "diseases of any kind"),
    "EVE": ("event", "battles, wars, sports events and other events"),
    "FOOD": ("food", "foods and drinks"),
    "INST": ("instrument", "instruments, of music too, and other tools"),
    "MEDIA": ("media", "films, books, magazines, songs and albums, invented characters, languages"),
    "MYTH": ("mythological_entity", "beings of myths and religions"),
    "PLANT": ("plant", "trees, flowers and other plants, scientific names too"),
    "TIME": ("time", "eras, centuries, years and days of note; no months and no days of the week"),
    "VEHI": ("vehicle", "cars and other vehicles"),
}

BENCHMARK = ner(
    "multi_nerd",
    TYPES,
    title="MultiNERD",
    description="167,993 sentences of Wikipedia and Wikinews in ten languages with fifteen types of entities.",
    paper="ACL 2022.findings-naacl.60",
    licence="CC-BY-NC-SA-4.0",
    rows=167993,
    tags=("multilingual",),
    languages=("en", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "zh"),
)
