"""ddddocr's class, read by Suanshi: `from suanshi.compat import DdddOcr` in place of `from ddddocr import DdddOcr`.

Reading captchas is all that it does: object detection, sliders, colour filters and ddddocr's own networks raise
NotImplementedError, which says what to use instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase, digits
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocr.inference.reader import Model
    from ocr.inference.recognizer import Recognition
    from preprocessing.read import ImageSource

RANGES = MappingProxyType(
    {
        0: digits,
        1: ascii_lowercase,
        2: ascii_uppercase,
        3: ascii_lowercase + ascii_uppercase,
        4: ascii_lowercase + digits,
        5: ascii_uppercase + digits,
        6: ascii_lowercase + ascii_uppercase + digits,
    }
)
"""Characters of the numbers that ddddocr documents for set_ranges; 7 stands for all the others."""
OTHERS = 7


class DdddOcr:
    """Reads captchas with ddddocr's arguments and forms of answers.

    `show_ad`, `use_gpu`, `device_id`, `old` and `beta` are taken and change nothing. `model` is not ddddocr's: the name
    of a shipped model or the folder of one that `suanshi train` made. Raises NotImplementedError for object detection
    (`det`), sliders (`ocr=False`) and networks of ddddocr's (`import_onnx_path`, `charsets_path`).
    """

    def __init__(
        self, ocr: bool = True, det: bool = False, old: bool = False, beta: bool = False, use_gpu: bool = False,
        device_id: int = 0, show_ad: bool = True, import_onnx_path: str = "", charsets_path: str = "",
        *, model: Model | None = None,
    ) -> None:  # fmt: skip
        if det:
            raise NotImplementedError("Suanshi does not detect objects (det=True); keep ddddocr for that")
        if not ocr:
            raise NotImplementedError("Suanshi does not match sliders (ocr=False); keep ddddocr for that")
        if import_onnx_path or charsets_path:
            raise NotImplementedError(
                "Suanshi does not run networks of dddd_trainer (import_onnx_path, charsets_path); "
                "train one on the same images by `suanshi train captcha --data DIR`, and name its folder as model="
            )
        self._model = model
        self._alphabet: str | None = None

    def classification(
        self, img: ImageSource, png_fix: bool = False, probability: bool = False, **filters: object
    ) -> str | dict[str, Any]:
        """Return the text in an image: bytes, base64 text, a path, a PIL image or an array; "" where none is found.

        `png_fix` changes nothing: transparent parts are always laid on white or, below white writing, on black. With
        `probability` the answer is a dict with the keys of ddddocr 1.6 and of earlier versions:

        * `text`, and `confidence`, the probability that the image shows exactly this text
        * `charset`, or `charsets`: the characters that there can be, the first of them "" for none
        * `probabilities`, or `probability`: a row for each character of the text, with its confidence in its place
          and the rest spread over the others, so that the largest of each row gives the text

        Raises UnreadableImageError for what is no image, and NotImplementedError for filters of colours.
        """
        if asked := [name for name, value in filters.items() if value]:
            raise NotImplementedError(
                f"Suanshi has no filter of colours ({', '.join(asked)}): it reads in colour by itself"
            )
        from ocr.inference.recognize import recognize

        answer = recognize(img, alphabet=self._alphabet, model=self._model)
        return self._with_probabilities(answer) if probability else answer.text

    def set_ranges(self, charset_range: int | str | Iterable[str]) -> None:
        """Restrict the characters of later answers: a string or list of them, or a number from 0 to 7.

        An image that shows no text of these characters is answered by what it does show.
        0 digits, 1 lower case, 2 upper case, 3 both, 4 lower case and digits, 5 upper case and digits, 6 all of these,
        7 all but these. Raises OcrError for other numbers and for characters that the model does not know.
        """
        from ocr.errors import OcrError
        from ocr.inference.restrictions import checked_alphabet

        known = self._known()
        if isinstance(charset_range, int):
            if charset_range not in (*RANGES, OTHERS):
                raise OcrError(f"the range is {charset_range}, expected 0 to {OTHERS}, or a string of characters")
            others = "".join(char for char in known if char not in RANGES[6])
            chosen = others if charset_range == OTHERS else RANGES[charset_range]
        else:
            chosen = "".join(dict.fromkeys("".join(charset_range)))
        self._alphabet = checked_alphabet(chosen, known)

    def detection(self, *_: object, **__: object) -> list[list[int]]:
        """Raise NotImplementedError."""
        raise NotImplementedError("Suanshi does not detect objects; keep ddddocr for detection()")

    def slide_match(self, *_: object, **__: object) -> dict[str, Any]:
        """Raise NotImplementedError."""
        raise NotImplementedError("Suanshi does not match sliders; keep ddddocr for slide_match()")

    def slide_comparison(self, *_: object, **__: object) -> dict[str, Any]:
        """Raise NotImplementedError."""
        raise NotImplementedError("Suanshi does not match sliders; keep ddddocr for slide_comparison()")

    def _known(self) -> str:
        """Return the characters that the model of captchas knows."""
        from ocr.inference.reader import CAPTCHA, Reader

        return Reader(self._model).recognizer(CAPTCHA).config.vocabulary

    def _with_probabilities(self, answer: Recognition) -> dict[str, Any]:
        charset = ["", *dict.fromkeys((self._alphabet or self._known()) + answer.text)]
        rows = []
        for each in answer.characters:
            largest = max(each.confidence, 1.01 / len(charset))  # of the row, however unsure
            row = [(1 - largest) / (len(charset) - 1)] * len(charset)
            row[charset.index(each.symbol)] = largest
            rows.append(row)
        return {
            "text": answer.text,
            "confidence": answer.confidence,
            "charset": charset,
            "charsets": charset,
            "probabilities": rows,
            "probability": rows,
        }
