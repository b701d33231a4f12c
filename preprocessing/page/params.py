"""Parameters of the search for blocks and lines of text on a page."""

from __future__ import annotations

from dataclasses import dataclass, field

Box = tuple[int, int, int, int]
"""Left, top, right, lower, in pixels of the page; the last two exclusive."""


@dataclass(frozen=True)
class Search:
    """Parameters of the search for blocks. Lengths are pixels of the page; text of the contest is 30 to 80 high."""

    step: int = 4  # every so manieth row and column is looked at: strokes are 3 wide or more
    window: tuple[int, int] = (48, 32)  # width and height of the rectangle in which ink is counted
    dense: float = 0.14  # share of the window that text covers at least; an arc covers a tenth
    tolerance: float = 12.0  # of the colour of rough paper, as in a photograph, in grey levels
    gap: int = 64  # between two pieces of a line
    plain: float = 0.35  # share of all that is dense on a page, from which on the ink's colour is beyond doubt


@dataclass(frozen=True)
class LineParams:
    """Parameters of the search for lines. Lengths are pixels of the page; text of the contest is 30 to 80 high."""

    search: Search = field(default_factory=Search)
    attempts: int = 4  # colours that are tried
    sources: int = 1  # blocks from which it is told how dark full ink is, one after the other
    thinner: float = 0.7  # times as dense is ink that is looked for where nothing sure was found
    full: float = 7.0  # pixels of stroke per column of lines that are beyond doubt
    pitch: int = 160  # rows from one line to the next, at most, if there is none in between: in the contest about 110
    expression: int = 250  # width of the lowest line at least; the contest's are from 315, assignments up to 214
    widest: int = 800  # of lines; the contest's are up to 600 wide, and an arc may be longer
    astray: float = 0.5  # times its strokes count of one wider, or with a left edge of its own; and of lines far apart
    ahead: float = 1.5  # times as many strokes in lines must a less likely colour have
    grow: Box = (128, 36, 192, 36)  # around a block, to look for what belongs to it: a fraction, a bracket behind one
    beyond: Box = (96, 16, 96, 16)  # around the ink seen there: no further, for a bar may be all that is not seen
    gap: tuple[int, int] = (120, 14)  # between two tall parts of a line at most: a fraction's variable stands apart
    tall: int = 8  # height of a part of a character, at least; lower ones are signs, bars and remains of arcs
    thick: int = 30  # pixels of a tall part, at least
    long: int = 200  # width of an arc, of which a column has less than `heavy` pixels of strokes: no character's has
    heavy: float = 5.0
    high: int = 20  # part of an arc that is a character, at least
    column: int = 10  # width of the columns in which it is looked for
    apart: int = 5  # rows between bands of full rows
    speck: int = 5  # width of a dot
    highest: int = 100  # of lines
    full_row: float = 0.25  # times the strokes of a row that is fuller than three of four has each row of a line
    smallest: tuple[int, int] = (40, 18)  # width and height of what may be a line
    fill: float = 0.06  # share of a line's box that strokes cover, at least; a quarter is usual
    broken: float = 0.4  # times as dense is ink that rounding has broken up
    sparse: float = 0.45  # times the strokes per column of the page's heaviest line are the least of any other
    near: int = 5  # how far flat parts may stand out of a line anywhere
    bar: int = 80  # how far a fraction's bar may stand out of its characters
    end: int = 30  # width of an end of a line, where all characters are low if it is a fraction
    minus: int = 26  # how far a minus may stand out at an end
    fringe: tuple[int, int] = (12, 8)  # how far hairlines, that are no strokes, may: across and down
    thin: tuple[int, int] = (44, 14)  # width of a character whose hairlines may stand out further: so many rows
    apart_thin: int = 26  # how far a character of hairlines alone may reach beyond the end of a line
    tall_thin: float = 0.35  # of the line's rows show one, at least
    covered: int = 5  # how far an arc may hide the end of a stroke; that of a fraction's bar it may run along
    indent: int = 30  # by how much the left edges of lines may seem to differ
    aside: int = 150  # by how much they may differ where an arc or a long bar is taken for the beginning of one
    margin: int = 4  # around the ink that is found in the end
