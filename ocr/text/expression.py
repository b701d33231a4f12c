"""Parse an expression into a small tree and give its exact value; nothing is ever run as code.

The language: integers, variables of one letter (of any script), `+ - * /`, parentheses and the unary minus,
after any number of assignments that end in `;`, as in `流=42072;圳=86;(圳-(97510*45921))*流/35864`. The right
side of an assignment may use the variables before it. Spaces between the parts don't count.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from ocr.errors import ExpressionError

LONGEST = 500
"""Characters that are read at most; the contest's longest text has 46."""

DEEPEST = 50
"""Parentheses and unary minuses that may be open at once; the contest's deepest text has 2."""

LARGEST = 10_000
"""Bits of a value's numerator and denominator: `b=a*a;c=b*b;…` would double them without end, and Python
refuses to print an integer of more than 4,300 digits."""


@dataclass(frozen=True)
class Number:
    """An integer without a sign."""

    value: int


@dataclass(frozen=True)
class Variable:
    """A letter that an assignment gives a value to."""

    name: str


@dataclass(frozen=True)
class Negation:
    """A unary minus."""

    operand: "Node"


@dataclass(frozen=True)
class Operation:
    """`left symbol right`, where symbol is one of `+ - * /`."""

    symbol: str
    left: "Node"
    right: "Node"


Node = Number | Variable | Negation | Operation


@dataclass(frozen=True)
class Formula:
    """What a text says: `(variable, tree)` per assignment, in order, and the tree of the last expression."""

    assignments: tuple[tuple[str, Node], ...]
    expression: Node


@dataclass(frozen=True)
class Evaluation:
    """The exact value of a text, or the reason why it has none; one of the two is None."""

    value: Fraction | None
    problem: str | None


_PRECEDENCE = MappingProxyType({"+": 1, "-": 1, "*": 2, "/": 2, "negate": 3})
_ARITHMETIC: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = MappingProxyType(
    {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
)
_DIGITS = frozenset("0123456789")  # str.isdigit() would let in digits of other scripts and superscripts


def evaluate(text: str) -> Evaluation:
    """Return the exact value of `text` as a fraction, or the problem; never an exception, whatever the text.

    Problems are short: "empty", "too long", "nested too deeply", "value too large", "division by zero",
    "unbalanced parenthesis", "unknown variable 流", "variable 流 assigned twice", "number expected at
    character 3" (or "at the end"), "operator expected at character 3", "unexpected '?' at character 3",
    "assignment expected at character 1", "no expression after the assignments".
    """
    try:
        return Evaluation(value_of(parse(text)), None)
    except ExpressionError as error:
        return Evaluation(None, str(error))


def parse(text: str) -> Formula:
    """Return the trees of `text`, up to `LONGEST` characters.

    Raises:
        ExpressionError: when it is not of the language; places are counted in characters from 1.
    """
    if len(text) > LONGEST:
        raise ExpressionError("too long")
    if not text.strip():
        raise ExpressionError("empty")
    assignments: list[tuple[str, Node]] = []
    start = 0
    statements = text.split(";")
    for statement in statements[:-1]:
        name, equals, _ = statement.partition("=")
        if not equals or not _is_variable(name.strip()):
            raise ExpressionError(f"assignment expected at character {start + 1}")
        end = start + len(statement)
        assignments.append((name.strip(), _Parser(text, start + len(name) + 1, end).tree()))
        start = end + 1
    last = statements[-1]
    name, equals, _ = last.partition("=")
    if (assignments and not last.strip()) or (equals and _is_variable(name.strip())):
        raise ExpressionError("no expression after the assignments")
    return Formula(tuple(assignments), _Parser(text, start, len(text)).tree())


def value_of(formula: Formula) -> Fraction:
    """Return the exact value of a parsed text.

    Raises:
        ExpressionError: on a division by zero, a value too large, a variable unknown or assigned twice.
    """
    variables: dict[str, Fraction] = {}
    for name, tree in formula.assignments:
        value = _value(tree, variables)
        if name in variables:
            raise ExpressionError(f"variable {name} assigned twice")
        variables[name] = value
    return _value(formula.expression, variables)


def rounded(value: Fraction, digits: int = 2) -> str:
    """`value` in decimals with `digits` of them behind the point, exact up to here and then rounded half to even.

    It is what `%.2f` makes of an exact decimal, without its limits and without its "-0.00".
    """
    scale = 10**digits
    whole, rest = divmod(round(abs(value) * scale), scale)
    sign = "-" if value < 0 and (whole or rest) else ""
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"


def _is_variable(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


class _Parser:
    """Reads `text[start:end]` with two stacks (shunting-yard), so that no text can exhaust Python's own."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.nodes: list[Node] = []
        self.waiting: list[str] = []  # operators, "negate" and "(" whose right side is still to come
        self.depth = 0

    def tree(self) -> Node:
        operand_next = True
        place = self.start
        while place < self.end:
            char = self.text[place]
            if char.isspace():
                place += 1
            elif operand_next:
                place, operand_next = self._operand(char, place)
            else:
                place, operand_next = self._operator(char, place)
        if operand_next:
            raise ExpressionError(
                "number expected at the end"
                if self.end == len(self.text)
                else f"number expected at character {self.end + 1}"
            )
        self._reduce(0)
        if self.waiting:
            raise ExpressionError("unbalanced parenthesis")
        return self.nodes.pop()

    def _operand(self, char: str, place: int) -> tuple[int, bool]:
        if char in "-(":
            self.depth += 1
            if self.depth > DEEPEST:
                raise ExpressionError("nested too deeply")
            self.waiting.append("negate" if char == "-" else "(")
            return place + 1, True
        if char in _DIGITS:
            after = place
            while after < self.end and self.text[after] in _DIGITS:
                after += 1
            self.nodes.append(Number(int(self.text[place:after])))
            return after, False
        if _is_variable(char):
            self.nodes.append(Variable(char))
            return place + 1, False
        if char == ")" and "(" not in self.waiting:
            raise ExpressionError("unbalanced parenthesis")
        if char in "+*/)":
            raise ExpressionError(f"number expected at character {place + 1}")
        raise ExpressionError(f"unexpected {char!r} at character {place + 1}")

    def _operator(self, char: str, place: int) -> tuple[int, bool]:
        if char in _ARITHMETIC:
            self._reduce(_PRECEDENCE[char])
            self.waiting.append(char)
            return place + 1, True
        if char == ")":
            self._reduce(0)
            if not self.waiting:
                raise ExpressionError("unbalanced parenthesis")
            self.waiting.pop()
            self.depth -= 1
            return place + 1, False
        if char == "(" or char in _DIGITS or _is_variable(char):
            raise ExpressionError(f"operator expected at character {place + 1}")
        raise ExpressionError(f"unexpected {char!r} at character {place + 1}")

    def _reduce(self, precedence: int) -> None:
        """Turn waiting operators that bind as tightly or more into nodes, back to the last open bracket."""
        while self.waiting and self.waiting[-1] != "(" and _PRECEDENCE[self.waiting[-1]] >= precedence:
            symbol = self.waiting.pop()
            right = self.nodes.pop()
            if symbol == "negate":
                self.depth -= 1
                self.nodes.append(Negation(right))
            else:
                self.nodes.append(Operation(symbol, self.nodes.pop(), right))


def _value(tree: Node, variables: Mapping[str, Fraction]) -> Fraction:
    # A sum of 250 numbers is a tree 250 deep, so this walks with its own stack: operands, then operators.
    work: list[Node | str] = [tree]
    values: list[Fraction] = []
    while work:
        item = work.pop()
        if isinstance(item, Number):
            values.append(Fraction(item.value))
        elif isinstance(item, Variable):
            if item.name not in variables:
                raise ExpressionError(f"unknown variable {item.name}")
            values.append(variables[item.name])
        elif isinstance(item, Negation):
            work += ["negate", item.operand]
        elif isinstance(item, Operation):
            work += [item.symbol, item.right, item.left]
        elif item == "negate":
            values.append(-values.pop())
        else:
            right, left = values.pop(), values.pop()
            if item == "/" and right == 0:
                raise ExpressionError("division by zero")
            value = _ARITHMETIC[item](left, right)
            if max(value.numerator.bit_length(), value.denominator.bit_length()) > LARGEST:
                raise ExpressionError("value too large")
            values.append(value)
    return values.pop()
