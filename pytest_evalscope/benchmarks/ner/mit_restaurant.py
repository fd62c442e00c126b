"""MIT Restaurant: 1,521 spoken-style questions about restaurants with eight types of slots."""

from pytest_evalscope.benchmarks.ner._family import ner

TYPES = {
    "AMENITY": ("amenity", "something that the restaurant offers besides food"),
    "CUISINE": ("cuisine", "its kind of food"),
    "DISH": ("dish", "one food or drink"),
    "HOURS": ("hours", "when it is open"),
    "LOCATION": ("location", "where it is"),
    "PRICE": ("price", "what it costs"),
    "RATING": ("rating", "how good it is said to be"),
    "RESTAURANT_NAME": ("restaurant_name", "what it is called"),
}

BENCHMARK = ner(
    "mit_restaurant",
    TYPES,
    title="MIT Restaurant",
    description="1,521 spoken-style questions about restaurants with eight types of slots.",
    paper="doi:10.1109/ICASSP.2013.6639301",
    licence="not stated by the source",
    rows=1521,
    tags=("dialogue",),
)
