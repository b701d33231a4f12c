"""The recognizer, with a network that reads columns of grey: what should come out is known exactly."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ocr
from fonts import typefaces
from ocr.evaluation.explain import NARROWEST, WIDEST, explain, grid, png
from ocr.inference.recognizer import Recognition, load_recognizer
from ocr.text.grammar import ARITHMETIC
from preprocessing.read import read_image

Save = Callable[..., Path]
Write = Callable[..., Any]

TEXTS = ["1+2*3", "(1-2)*3", "11+22", "9*(8-7)", "5", "((4))", "7/2"]
VALUES = [Fraction(7), Fraction(-3), Fraction(33), Fraction(9), Fraction(5), Fraction(4), Fraction(7, 2)]


def test_texts_and_values(grey_bundle: Save, write_grey: Write) -> None:
    answers = load_recognizer(grey_bundle()).recognize([write_grey(text) for text in TEXTS])
    assert [answer.text for answer in answers] == TEXTS
    assert [answer.value for answer in answers] == VALUES
    assert all(answer.problem is None and 0.99 < answer.confidence <= 1 for answer in answers)


def test_no_images_give_no_answers(grey_bundle: Save) -> None:
    assert load_recognizer(grey_bundle()).recognize([]) == []


def test_order_holds_for_mixed_widths_and_any_batch_size(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle(), threads=1)
    images = [write_grey(TEXTS[index % 7], width=(60, 100, 180)[index % 3]) for index in range(50)]
    expected = [reader.recognize([image])[0] for image in images]
    assert [answer.text for answer in expected] == [TEXTS[index % 7] for index in range(50)]
    for batch_size in (1, 3, 64):
        assert reader.recognize(iter(images), batch_size=batch_size) == expected


def test_columns_are_pixels_of_the_image_as_given(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle())
    (answer,) = reader.recognize([write_grey("12")])
    assert [(each.symbol, each.start, each.end) for each in answer.characters] == [("1", 0, 4), ("2", 8, 12)]
    doubled = np.repeat(np.repeat(write_grey("12"), 2, axis=0), 2, axis=1)
    (answer,) = reader.recognize([doubled])
    assert [(each.symbol, each.start, each.end) for each in answer.characters] == [("1", 0, 8), ("2", 16, 24)]


def test_characters_stand_where_the_network_places_them(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle(network={"late": 9}))
    image = write_grey("1+2*3")
    answers = reader.recognize([image, write_grey(""), write_grey("7")])
    assert [answer.text for answer in answers] == ["1+2*3", "", "7"]
    # Middles are 8 pixels apart, so each cell is 8 wide, and the first begins 2 before the image.
    assert places(answers[0]) == [(0, 6), (6, 14), (14, 22), (22, 30), (30, 38)]
    assert places(answers[1]) == []
    assert places(answers[2]) == [(0, 17)]  # half as wide as the line is high, around 2
    (answer,) = reader.recognize([np.repeat(np.repeat(image, 2, axis=0), 2, axis=1)])
    assert places(answer) == [(0, 12), (12, 28), (28, 44), (44, 60), (60, 76)]


def test_characters_that_the_grammar_chose_are_placed_too(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle(grammar="arithmetic", network={"late": 9}))
    image = write_grey("1+2*3")
    image[:, 16:20] = 255 - 6 * 11 + 3  # between "+" and "9", a little nearer to "+", which the grammar forbids
    image[:, 16] -= 1
    (answer,) = reader.recognize([image])
    assert answer.text == "1+9*3"
    assert places(answer) == [(0, 6), (6, 14), (14, 22), (22, 30), (30, 38)]


def places(answer: Recognition) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in answer.characters]


def test_columns_stay_within_the_image(grey_bundle: Save) -> None:
    dark_edge = np.full((60, 50, 3), 255, np.uint8)
    dark_edge[:, 48:] = 230  # half a block; the other half is padding
    (answer,) = load_recognizer(grey_bundle()).recognize([dark_edge])
    assert answer.characters
    assert all(0 <= each.start < each.end <= 50 for each in answer.characters)


@pytest.mark.parametrize("shade", [255, 200, 0])
@pytest.mark.parametrize("grammar", ["any", "arithmetic"])
def test_blank_images_are_answers_with_a_problem(grey_bundle: Save, shade: int, grammar: str) -> None:
    reader = load_recognizer(grey_bundle(grammar=grammar, channels=("stretched",)))
    (answer,) = reader.recognize([np.full((60, 180), shade, np.uint8)])
    assert (answer.text, answer.value, answer.characters) == ("", None, ())
    assert answer.problem == "no text found"
    assert answer.confidence < 0.01


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (2, 2, 4)])
def test_odd_shapes_are_read(grey_bundle: Save, shape: tuple[int, ...]) -> None:
    (answer,) = load_recognizer(grey_bundle()).recognize([np.full(shape, 255, np.uint8)])
    assert answer.problem == "no text found"


def test_a_formula_without_a_value_tells_why(grey_bundle: Save, write_grey: Write) -> None:
    answers = load_recognizer(grey_bundle()).recognize([write_grey("1/(2-2)"), write_grey("(1+2")])
    assert [answer.problem for answer in answers] == ["division by zero", "unbalanced parenthesis"]
    assert [answer.text for answer in answers] == ["1/(2-2)", "(1+2"]
    assert all(answer.value is None and answer.confidence > 0.99 for answer in answers)


def test_unclear_characters_are_nothing_in_a_short_text_and_an_answer_in_a_long_one(
    grey_bundle: Save, write_grey: Write
) -> None:
    reader = load_recognizer(grey_bundle(max_width=400))
    text = "1+2*3" * 8
    image = write_grey(text, width=8 * len(text))
    inked = image.reshape(len(image), len(text), 8, -1)[:, :12, :4]  # the first twelve characters
    inked += 3  # half-way to the next shade
    inked[::10, :, 0] -= 1  # a little nearer to what is meant
    long, short = reader.recognize([image, image[:, : 12 * 8]])
    assert (short.text, short.problem) == ("", "no text found")
    assert long.text == text
    assert 0 < long.confidence < 0.01


def test_captchas_have_no_value(grey_bundle: Save, write_grey: Write) -> None:
    answers = load_recognizer(grey_bundle(task="captcha")).recognize([write_grey("1+1"), write_grey("")])
    assert [(answer.text, answer.value, answer.problem) for answer in answers] == [
        ("1+1", None, None),
        ("", None, "no text found"),
    ]


def test_the_grammar_chooses_among_likely_characters(grey_bundle: Save, write_grey: Write) -> None:
    image = write_grey("1+2*3")
    image[:, 16:20] = 255 - 6 * 11 + 3  # halfway between "+" and "9", which follow each other ...
    image[:, 16] -= 1  # ... and a little nearer to "+", so that greedy reading takes that
    reader = load_recognizer(grey_bundle())
    (free,) = reader.recognize([image])
    (bound,) = reader.recognize([image], grammar=ARITHMETIC)
    (again,) = reader.recognize([image])
    assert (free.text, free.problem) == ("1++*3", "number expected at character 3")
    assert bound.text == "1+9*3"
    assert bound.value == 28
    assert bound.confidence < free.confidence
    assert again == free  # the grammar of one call is forgotten in the next


def test_threads_give_the_same_answers(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle(grammar="arithmetic"))
    images = [write_grey(text) for text in TEXTS[:4]]
    expected = reader.recognize(images)
    with ThreadPoolExecutor(8) as pool:
        for answers in pool.map(lambda _: reader.recognize(images), range(40)):
            assert answers == expected


def test_every_kind_of_source_is_read(grey_bundle: Save, write_grey: Write, tmp_path: Path) -> None:
    path = tmp_path / "算式.png"
    Image.fromarray(write_grey("6*7")).save(path)
    sources: list[Any] = [
        path,
        str(path),
        path.read_bytes(),
        BytesIO(path.read_bytes()),
        Image.open(path),
        read_image(path),
    ]
    answers = load_recognizer(grey_bundle()).recognize(sources)
    assert {(answer.text, answer.value) for answer in answers} == {("6*7", Fraction(42))}


def test_an_unreadable_image_raises(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle())
    with pytest.raises(ocr.UnreadableImageError, match=r"none\.png: no such file"):
        reader.recognize([write_grey("1"), "none.png"])
    with pytest.raises(ocr.UnreadableImageError, match="expected uint8"):
        reader.recognize([np.zeros((4, 4))])  # type: ignore[list-item]
    with pytest.raises(ocr.OcrError, match="batch_size is 0"):
        reader.recognize([], batch_size=0)


def test_one_image_is_no_list(grey_bundle: Save) -> None:
    reader = load_recognizer(grey_bundle())
    grey = np.full((60, 60), 255, np.uint8)
    image = Image.fromarray(grey)
    for one in (
        "none.png",
        b"none",
        bytearray(b"none"),
        Path("none.png"),
        grey,
        np.dstack([grey] * 3),
        image,
        BytesIO(),
    ):
        with pytest.raises(TypeError, match=rf"a list of images, not one {type(one).__name__}; write \[image\]"):
            reader.recognize(one)  # type: ignore[arg-type]
    assert len(reader.recognize(np.full((2, 60, 60, 3), 255, np.uint8))) == 2


def test_recognize_formula_keeps_a_model_until_it_changes(grey_bundle: Save, write_grey: Write) -> None:
    folder = grey_bundle()
    assert ocr.recognize_formula(write_grey("1+1"), model=folder).value == 2
    assert ocr.recognize_formula(write_grey("1+2"), model=str(folder)).value == 3
    assert ocr.recognize_formula(write_grey("1+3"), model=load_recognizer(folder)).value == 4
    (folder / "model.onnx").unlink()
    with pytest.raises(ocr.BundleError, match="No such file"):
        ocr.recognize_formula(write_grey("1+1"), model=folder)


MISFITS: dict[str, tuple[dict[str, Any], str]] = {
    "vocabulary": ({"vocabulary": "0123456789"}, r"model\.onnx gives logits .*17\], expected float \(N, T, 11\)"),
    "height": ({"height": 64}, r"model\.onnx takes .*60.*expected uint8 \(N, 64, W, 1\)"),
    "channels": ({"channels": ("grey", "stretched")}, r"expected uint8 \(N, 60, W, 2\)"),
    "unknown channel": ({"channels": ("magic",)}, "unknown channel magic; known are grey"),
    "unknown grammar": ({"grammar": "klingon"}, "no grammar 'klingon'"),
    "places": ({"network": {"late": 1, "places": 5}}, r"model\.onnx gives places .*5\], expected float \(N, T, 17\)"),
    "no network": ({"model": b"not a network"}, r"model\.onnx cannot be loaded"),
}


@pytest.mark.parametrize(("changes", "why"), MISFITS.values(), ids=MISFITS)
def test_a_bundle_that_does_not_fit_is_refused(
    changes: dict[str, Any], why: str, grey_bundle: Save, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = grey_bundle(**changes)
    with pytest.raises(ocr.BundleError, match=why) as caught:
        load_recognizer(folder)
    assert str(folder) in str(caught.value)
    assert capfd.readouterr().err == ""


def test_a_wrong_stride_shows_when_reading(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle(stride=5))
    with pytest.raises(ocr.BundleError, match="gives logits"):
        reader.recognize([write_grey("1")])


def test_explain_draws_the_image_the_channels_and_the_characters(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle())
    image = write_grey("1+2")
    prepared = reader.prepare(image)
    (answer,) = reader.recognize_prepared([prepared])
    tile = explain(image, answer, seen=prepared.pixels, title="流.png")
    assert tile.dtype == np.uint8
    assert tile.shape[1] == 2.5 * 180
    assert tile.shape[0] > 2 * 2.5 * 60
    np.testing.assert_array_equal(read_image(png(tile)), tile)
    np.testing.assert_array_equal(image, write_grey("1+2"))


def test_explain_keeps_to_its_limits(grey_bundle: Save) -> None:
    reader = load_recognizer(grey_bundle())
    for shape, width in (((9, 2000, 3), WIDEST), ((3000, 1, 3), NARROWEST)):
        image = np.full(shape, 255, np.uint8)
        (answer,) = reader.recognize([image])
        tile = explain(image, answer, title="long" * 500)
        assert tile.shape[1] == width
        assert tile.shape[0] < 2 * WIDEST


def test_a_grid_has_rows_of_three_images() -> None:
    tile = np.zeros((90, 450, 3), np.uint8)
    alone = grid([tile])
    assert alone.shape == (90 + 24, 450 + 24, 3)
    assert grid([tile] * 3).shape == (90 + 24, 3 * (450 + 24), 3)
    assert grid([tile] * 7).shape == (3 * (90 + 24), 3 * (450 + 24), 3)
    long = np.zeros((50, 1500, 3), np.uint8)
    assert grid([tile, long, tile]).shape == (2 * (90 + 24) + 50 + 24, 1500 + 24, 3)


def test_a_typeface_draws_what_pillow_cannot(grey_bundle: Save, write_grey: Write) -> None:
    reader = load_recognizer(grey_bundle(vocabulary="流123456789+-*()/"))
    image = write_grey("0+1")
    (answer,) = reader.recognize([image])
    assert answer.text.startswith("流")
    font = typefaces("all", "流")[0].path
    assert (explain(image, answer) != explain(image, answer, font=font)).any()
