"""What is drawn for each task."""

import pytest

from generators.styles.sampler import FAMILIES, StyleSampler
from ocr.errors import OcrError
from suanshi.training.synthetic_task import SYNTHETIC, leaving_out


@pytest.mark.parametrize(
    ("styles", "families"),
    [
        (("php",), {family for family in FAMILIES if family.startswith("php.")}),
        (("kaptcha", "hutool_line"), {"java.kaptcha", "java.hutool"}),
    ],
)
def test_the_families_of_styles_are_left_out_of_every_epoch(styles: tuple[str, ...], families: set[str]) -> None:
    training = leaving_out(SYNTHETIC["captcha"].training, styles)
    for epoch in (0, 3):
        sample = training(epoch, False)
        assert isinstance(sample, StyleSampler)
        assert set(sample.without) == families


def test_what_has_no_styles_has_none_to_leave_out() -> None:
    arithmetic, captcha = SYNTHETIC["arithmetic"].training, SYNTHETIC["captcha"].training
    assert leaving_out(arithmetic, ()) is arithmetic
    with pytest.raises(OcrError, match="--without: only captchas"):
        leaving_out(arithmetic, ["kaptcha"])
    with pytest.raises(OcrError, match="kaptchaa"):
        leaving_out(captcha, ["kaptchaa"])
