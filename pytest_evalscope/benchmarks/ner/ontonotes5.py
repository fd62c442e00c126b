"""OntoNotes 5: 8,262 sentences of news, talk and web pages with 18 types of entities, numbers and times."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "PERSON": ("person", "people, invented ones too"),
    "NORP": ("nationalities_or_religious_or_political_groups", "nationalities, religious and political groups"),
    "FAC": ("facility", "buildings, airports, roads, bridges"),
    "ORG": ("organization", "companies, agencies, institutions"),
    "GPE": ("geopolitical_entity", "countries, states, cities"),
    "LOC": ("location", "places that are no country, state or city: mountains, bodies of water"),
    "PRODUCT": ("product", "vehicles, weapons, foods and other things; no services"),
    "EVENT": ("event", "named storms, battles, wars, sports events"),
    "WORK_OF_ART": ("work_of_art", "titles of books, songs and the like"),
    "LAW": ("law", "named documents that became law"),
    "LANGUAGE": ("language", "named languages"),
    "DATE": ("date", "dates and periods of a day or longer, relative ones too"),
    "TIME": ("time", "times shorter than a day"),
    "PERCENT": ("percent", "percentages with their sign"),
    "MONEY": ("money", "amounts of money with their unit"),
    "QUANTITY": ("quantity", "measures, as of weight or distance"),
    "ORDINAL": ("ordinal", "first, second and so on"),
    "CARDINAL": ("cardinal", "numbers that are none of the others"),
}

BENCHMARK = ner(
    "ontonotes5",
    TYPES,
    title="OntoNotes 5",
    description="8,262 sentences of news, talk and web pages with 18 types of entities, numbers and times.",
    paper="LDC2013T19",
    licence="LDC user agreement",
    rows=8262,
    tags=("news",),
)
