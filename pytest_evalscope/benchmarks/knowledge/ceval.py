"""C-Eval: Chinese multiple-choice questions from 52 subjects."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample

SUBJECTS = {
    "accountant": ("注册会计师", 49),
    "advanced_mathematics": ("高等数学", 19),
    "art_studies": ("艺术学", 33),
    "basic_medicine": ("基础医学", 19),
    "business_administration": ("工商管理", 33),
    "chinese_language_and_literature": ("中国语言文学", 23),
    "civil_servant": ("公务员", 47),
    "clinical_medicine": ("临床医学", 22),
    "college_chemistry": ("大学化学", 24),
    "college_economics": ("大学经济学", 55),
    "college_physics": ("大学物理", 19),
    "college_programming": ("大学编程", 37),
    "computer_architecture": ("计算机组成", 21),
    "computer_network": ("计算机网络", 19),
    "discrete_mathematics": ("离散数学", 16),
    "education_science": ("教育学", 29),
    "electrical_engineer": ("注册电气工程师", 37),
    "environmental_impact_assessment_engineer": ("环境影响评价工程师", 31),
    "fire_engineer": ("注册消防工程师", 31),
    "high_school_biology": ("高中生物", 19),
    "high_school_chemistry": ("高中化学", 19),
    "high_school_chinese": ("高中语文", 19),
    "high_school_geography": ("高中地理", 19),
    "high_school_history": ("高中历史", 20),
    "high_school_mathematics": ("高中数学", 18),
    "high_school_physics": ("高中物理", 19),
    "high_school_politics": ("高中政治", 19),
    "ideological_and_moral_cultivation": ("思想道德修养与法律基础", 19),
    "law": ("法学", 24),
    "legal_professional": ("法律职业资格", 23),
    "logic": ("逻辑学", 22),
    "mao_zedong_thought": ("毛泽东思想和中国特色社会主义理论体系概论", 24),
    "marxism": ("马克思主义基本原理", 19),
    "metrology_engineer": ("注册计量师", 24),
    "middle_school_biology": ("初中生物", 21),
    "middle_school_chemistry": ("初中化学", 20),
    "middle_school_geography": ("初中地理", 12),
    "middle_school_history": ("初中历史", 22),
    "middle_school_mathematics": ("初中数学", 19),
    "middle_school_physics": ("初中物理", 19),
    "middle_school_politics": ("初中政治", 21),
    "modern_chinese_history": ("近代史纲要", 23),
    "operating_system": ("操作系统", 19),
    "physician": ("医师资格", 49),
    "plant_protection": ("植物保护", 22),
    "probability_and_statistics": ("概率统计", 18),
    "professional_tour_guide": ("导游资格", 29),
    "sports_science": ("体育学", 19),
    "tax_accountant": ("税务师", 49),
    "teacher_qualification": ("教师资格", 44),
    "urban_and_rural_planner": ("注册城乡规划师", 46),
    "veterinary_medicine": ("兽医学", 23),
}
"""Subject → its name in the prompt, and the number of validation questions; 1,346 together."""


def read(row: Row) -> Sample:
    """Return the question with its four options; the explanation of a few-shot example goes into the metadata."""
    return Sample(
        input=row["question"],
        choices=(row["A"], row["B"], row["C"], row["D"]),
        target=row["answer"],
        metadata={"explanation": row.get("explanation") or ""},
    )


BENCHMARK = Benchmark(
    name="ceval",
    version="2",  # how answers are read
    title="C-Eval",
    description="1,346 Chinese questions with four options from 52 subjects, from middle school to professional level.",
    task_type="knowledge",
    tags=("zh", "knowledge", "multiple_choice"),
    languages=("zh",),
    paper="arXiv:2305.08322",
    licence="CC-BY-NC-SA-4.0",
    reference="EvalScope 1.14 (prompt and few-shot examples, which are C-Eval's own with an answer line)",
    data=Hub(
        "ceval/ceval-exam",
        config="{subset}",
        split="val",
        few_shot_split="dev",
        subsets=tuple(SUBJECTS),
        rows={subject: count for subject, (_, count) in SUBJECTS.items()},
        modelscope="evalscope/ceval",
    ),
    sample=read,
    solve=multiple_choice(
        template=(
            "以下是中国关于{subset}的单项选择题，请选出其中的正确答案。你的回答的最后一行应该是这样的格式："
            '"答案：[LETTER]"（不带引号），其中 [LETTER] 是 A、B、C、D 中的一个。\n\n'
            "问题：{question}\n选项：\n{choices}"
        ),
        few_shot=5,
        shot_template="问题：{question}\n选项：\n{choices}\n解析：{explanation}\n答案：{target}",
        shots_intro="以下是一些示例问题：",
        option="{label}. {text}",
        subset_titles={subject: title for subject, (title, _) in SUBJECTS.items()},
    ),
    score=choice(),
    params={"temperature": 0.0},
)
