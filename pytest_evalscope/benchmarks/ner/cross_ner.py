"""CrossNER: named entities in five fields, each with types of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_evalscope.benchmarks.ner._family import hub, ner
from pytest_evalscope.data import Hub, Part, Source
from pytest_evalscope.types import Row

ROWS = {"ai": 431, "literature": 416, "music": 465, "politics": 651, "science": 543}

EVERYWHERE = {
    "COUNTRY": ("country", "countries"),
    "LOCATION": ("location", "places that are no country, such as cities, buildings and venues"),
    "EVENT": ("event", "events with a name: meetings, festivals, tours, missions, scandals"),
    "ORGANISATION": ("organisation", "companies, institutions and other organizations"),
    "MISC": ("misc", "names and terms of the field that are none of the others"),
}
TYPES = {
    "ai": {
        "ALGORITHM": ("algorithm", "algorithms and architectures of models"),
        "CONFERENCE": ("conference", "scientific conferences"),
        "FIELD": ("field", "branches of research"),
        "METRICS": ("metrics", "measures of how well something works"),
        "PERSON": ("person", "people who do no research"),
        "PRODUCT": ("product", "products, frameworks and software"),
        "PROGRAMLANG": ("programming_language", "programming languages"),
        "RESEARCHER": ("researcher", "people who do research"),
        "TASK": ("task", "problems that a system is to solve"),
        "UNIVERSITY": ("university", "universities"),
        **{name: EVERYWHERE[name] for name in ("COUNTRY", "LOCATION", "ORGANISATION", "MISC")},
    },
    "literature": {
        "AWARD": ("award", "prizes"),
        "BOOK": ("book", "titles of books"),
        "LITERARYGENRE": ("literary_genre", "kinds of literature"),
        "MAGAZINE": ("magazine", "magazines and journals"),
        "PERSON": ("person", "people and characters who do not write"),
        "POEM": ("poem", "titles of poems"),
        "WRITER": ("writer", "people who write"),
        **EVERYWHERE,
    },
    "music": {
        "ALBUM": ("album", "titles of albums"),
        "AWARD": ("award", "prizes"),
        "BAND": ("band", "groups of musicians"),
        "MUSICALARTIST": ("musical_artist", "musicians and singers"),
        "MUSICALINSTRUMENT": ("musical_instrument", "instruments"),
        "MUSICGENRE": ("music_genre", "kinds of music"),
        "PERSON": ("person", "people who are not known as musicians"),
        "SONG": ("song", "titles of songs"),
        **EVERYWHERE,
    },
    "politics": {
        "ELECTION": ("election", "elections"),
        "PERSON": ("person", "people who hold and seek no office"),
        "POLITICALPARTY": ("political_party", "parties"),
        "POLITICIAN": ("politician", "people who hold or seek an office"),
        **EVERYWHERE,
    },
    "science": {
        "ACADEMICJOURNAL": ("academic_journal", "scientific journals"),
        "ASTRONOMICALOBJECT": ("astronomical_object", "planets, stars and other bodies in space"),
        "AWARD": ("award", "prizes"),
        "CHEMICALCOMPOUND": ("chemical_compound", "substances made of two or more elements"),
        "CHEMICALELEMENT": ("chemical_element", "chemical elements"),
        "DISCIPLINE": ("discipline", "branches of science"),
        "ENZYME": ("enzyme", "proteins that speed up reactions"),
        "PERSON": ("person", "people who are no scientists"),
        "PROTEIN": ("protein", "proteins that are no enzymes"),
        "SCIENTIST": ("scientist", "scientists and inventors"),
        "THEORY": ("theory", "theories and laws of nature"),
        "UNIVERSITY": ("university", "universities"),
        **EVERYWHERE,
    },
}


@dataclass(frozen=True, slots=True)
class _Domains:
    """Adds to every row its domain, which is the subset: the types in the prompt depend on it."""

    hub: Hub

    @property
    def subsets(self) -> tuple[str, ...]:
        """The five fields."""
        return self.hub.subsets

    def size(self, subset: str) -> int | None:
        """Return how many rows the complete subset has."""
        return self.hub.size(subset)

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows with their domain. Raises as `Hub.read`."""
        for row in self.hub.read(subset, part=part, source=source):
            yield {**row, "domain": subset}


BENCHMARK = ner(
    "cross_ner",
    domains=TYPES,
    title="CrossNER",
    description="2,506 sentences of Wikipedia on AI, literature, music, politics and science, each with its own types.",
    paper="arXiv:2012.04373",
    licence="MIT",
    rows=sum(ROWS.values()),
    data=_Domains(hub("cross_ner", rows=ROWS, few_shot=5, config="{subset}")),
)
