"""MIT Movie Trivia: 1,953 spoken-style questions about films with twelve types of slots."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "ACTOR": ("actor", "who plays in the film"),
    "AWARD": ("award", "prizes that it won or could have won"),
    "CHARACTER_NAME": ("character_name", "names of people in the story"),
    "DIRECTOR": ("director", "who directed it"),
    "GENRE": ("genre", "its kind or style"),
    "OPINION": ("opinion", "what somebody thinks of it"),
    "ORIGIN": ("origin", "what it was made from, such as a book"),
    "PLOT": ("plot", "what happens in it"),
    "QUOTE": ("quote", "a line that is spoken in it"),
    "RELATIONSHIP": ("relationship", "how people or films belong together, such as being a sequel"),
    "SOUNDTRACK": ("soundtrack", "its music or one song of it"),
    "YEAR": ("year", "when it came out"),
}

BENCHMARK = ner(
    "mit_movie_trivia",
    TYPES,
    title="MIT Movie Trivia",
    description="1,953 spoken-style questions about films with twelve types of slots.",
    paper="doi:10.1109/ASRU.2013.6707745",
    licence="not stated by the source",
    rows=1953,
    tags=("dialogue",),
)
