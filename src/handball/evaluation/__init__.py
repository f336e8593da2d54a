"""Measure a performance against a standard: differences, how sure they are, a score, two tips."""

from handball.evaluation.evaluator import KeyActionEvaluator, evaluate
from handball.evaluation.settings import EvaluationSettings

__all__ = ["EvaluationSettings", "KeyActionEvaluator", "evaluate"]
