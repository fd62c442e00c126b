"""SuperGPQA: questions of graduate level from 72 fields."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import STEP_BY_STEP, multiple_choice
from pytest_evalscope.types import Row, Sample

FIELDS = {
    "Electronic Science and Technology": 246,
    "Philosophy": 347,
    "Traditional Chinese Medicine": 268,
    "Applied Economics": 723,
    "Mathematics": 2622,
    "Physics": 2845,
    "Clinical Medicine": 1218,
    "Computer Science and Technology": 763,
    "Information and Communication Engineering": 504,
    "Control Science and Engineering": 190,
    "Theoretical Economics": 150,
    "Law": 591,
    "History": 674,
    "Basic Medicine": 567,
    "Education": 247,
    "Materials Science and Engineering": 289,
    "Electrical Engineering": 556,
    "Systems Science": 50,
    "Power Engineering and Engineering Thermophysics": 684,
    "Military Science": 205,
    "Biology": 1120,
    "Business Administration": 142,
    "Language and Literature": 440,
    "Public Health and Preventive Medicine": 292,
    "Political Science": 65,
    "Chemistry": 1769,
    "Hydraulic Engineering": 218,
    "Chemical Engineering and Technology": 410,
    "Pharmacy": 278,
    "Geography": 133,
    "Art Studies": 603,
    "Architecture": 162,
    "Forestry Engineering": 100,
    "Public Administration": 151,
    "Oceanography": 200,
    "Journalism and Communication": 207,
    "Nuclear Science and Technology": 107,
    "Weapon Science and Technology": 100,
    "Naval Architecture and Ocean Engineering": 138,
    "Environmental Science and Engineering": 189,
    "Transportation Engineering": 251,
    "Geology": 341,
    "Physical Oceanography": 50,
    "Musicology": 426,
    "Stomatology": 132,
    "Aquaculture": 56,
    "Mechanical Engineering": 176,
    "Aeronautical and Astronautical Science and Technology": 119,
    "Civil Engineering": 358,
    "Mechanics": 908,
    "Petroleum and Natural Gas Engineering": 112,
    "Sociology": 143,
    "Food Science and Engineering": 109,
    "Agricultural Engineering": 104,
    "Surveying and Mapping Science and Technology": 168,
    "Metallurgical Engineering": 255,
    "Library, Information and Archival Management": 150,
    "Mining Engineering": 100,
    "Astronomy": 405,
    "Geological Resources and Geological Engineering": 50,
    "Atmospheric Science": 203,
    "Optical Engineering": 376,
    "Animal Husbandry": 103,
    "Geophysics": 100,
    "Crop Science": 145,
    "Management Science and Engineering": 58,
    "Psychology": 87,
    "Forestry": 131,
    "Textile Science and Engineering": 100,
    "Veterinary Medicine": 50,
    "Instrument Science and Technology": 50,
    "Physical Education": 150,
}
"""Field → number of questions; 26,529 together."""


def read(row: Row) -> Sample:
    """Return the question with its options."""
    return Sample(
        id=row.get("uuid") or "", input=row["question"], choices=tuple(row["options"]), target=row["answer_letter"]
    )


BENCHMARK = Benchmark(
    name="super_gpqa",
    version="2",  # how answers are read
    title="SuperGPQA",
    description="26,529 questions of graduate level from 72 fields, most with ten options.",
    task_type="knowledge",
    tags=("en", "knowledge", "reasoning", "multiple_choice"),
    paper="arXiv:2502.14739",
    licence="ODC-BY-1.0",
    reference="EvalScope 1.14 (prompt with reasoning, no few-shot examples)",
    data=Hub(
        "m-a-p/SuperGPQA",
        split="train",
        subsets=tuple(FIELDS),
        subset_field="field",
        rows=FIELDS,
    ),
    sample=read,
    solve=multiple_choice(template=STEP_BY_STEP),
    score=choice(or_text=True),
    params={"temperature": 0.0},
)
