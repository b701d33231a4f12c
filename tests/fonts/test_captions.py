"""The typeface of captions."""

import pytest

from fonts.captions import typeface_for
from fonts.catalogue import typefaces


def test_plain_text_needs_no_typeface_of_ours() -> None:
    assert typeface_for("3+5=?") is None


@pytest.mark.parametrize("text", ["流=42072", "壹加贰等于?"])
def test_chinese_is_written_by_a_typeface_that_has_its_characters(text: str) -> None:
    foreign = "".join(char for char in text if not char.isascii())
    assert typeface_for(text) in {face.path for face in typefaces("all", foreign) or typefaces("all", "流")}
