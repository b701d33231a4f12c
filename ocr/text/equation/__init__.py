"""The equations that arithmetic captchas show: which there are, how they are spelled, and their exact values."""

from ocr.text.equation.automaton import EQUATION, EquationGrammar
from ocr.text.equation.spelling import canonical
from ocr.text.equation.value import evaluate_equation

__all__ = ["EQUATION", "EquationGrammar", "canonical", "evaluate_equation"]
