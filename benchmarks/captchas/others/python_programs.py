"""Draw captchas with programs from PyPI: python -I python_programs.py FOLDER '{"kind", "count", "seed", "out"}'.

FOLDER has the program and the Pillow that came with it. Random numbers, those of `secrets` too, come from a seed for
each image, so that it can be drawn again. Prints a JSON list of {"file", "label"}.
"""

from __future__ import annotations

import json
import random
import secrets
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Any

Draw = Callable[[Path], str]
"""Writes an image to a path and returns its label."""

OPERATORS = "+-*"


def text(characters: str, length: int) -> str:
    """Draw a text at random."""
    return "".join(random.choices(characters, k=length))


def library(text_of: Callable[[], str]) -> Draw:
    """The `captcha` library with its defaults."""
    image_captcha = import_module("captcha.image").ImageCaptcha()

    def draw(path: Path) -> str:
        label = text_of()
        image_captcha.write(label, str(path))
        return label

    return draw


def library_sum() -> str:
    """An equation such as 17+2=?."""
    return f"{random.randint(0, 20)}{random.choice(OPERATORS)}{random.randint(0, 9)}=?"


def wheezy(characters: str, length: int, *, curves: int, colours: bool) -> Draw:
    """wheezy.captcha, put together as its own documentation does, in the typefaces that Pillow or the system have."""
    module = import_module("wheezy.captcha.image")
    fonts = [str(each) for each in (Path("/usr/share/fonts").rglob("DejaVu*.ttf")) if "Oblique" not in each.name]
    fonts = sorted(fonts)[:6]
    if not fonts:
        raise SystemExit("wheezy.captcha has no typeface of its own, and the system has no DejaVu")

    def colour() -> str:
        return random.choice(("#5C87B2", "#A52A2A", "#2E8B57", "#333333")) if colours else "#5C87B2"

    def draw(path: Path) -> str:
        label = text(characters, length)
        chosen = colour()
        drawings = [
            module.background(),
            module.text(
                fonts=fonts,
                font_sizes=(46, 50, 56),
                color=chosen,
                drawings=[module.warp(), module.rotate(), module.offset()],
            ),
            *(module.curve(color=chosen, width=3) for _ in range(curves)),
            module.noise(),
            module.smooth(),
        ]
        module.captcha(drawings=drawings, width=50 * length, height=75)(label).save(path)
        return label

    return draw


def django(challenge: str, settings: dict[str, Any]) -> Draw:
    """django-simple-captcha as its view answers, without a database."""
    conf = import_module("django.conf")
    conf.settings.configure(
        INSTALLED_APPS=["captcha"],
        SECRET_KEY="none",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        **settings,
    )
    import_module("django").setup()
    helpers, views = import_module("captcha.helpers"), import_module("captcha.views")

    class Store:
        challenge = ""

    def draw(path: Path) -> str:
        Store.challenge = getattr(helpers, challenge)()[0]
        path.write_bytes(views._captcha_image(Store, 1).content)
        return "".join(Store.challenge.split())

    return draw


def multicolor(*, sums: bool) -> Draw:
    """multicolorcaptcha of its second size."""
    generator = import_module("multicolorcaptcha").CaptchaGenerator(2)

    def draw(path: Path) -> str:
        if sums:
            drawn = generator.gen_math_captcha_image(difficult_level=2)
            label = str(drawn.equation_str)
        else:
            drawn = generator.gen_captcha_image(difficult_level=2, chars_mode="hex")
            label = str(drawn.characters)
        drawn.image.convert("RGB").save(path)
        return label

    return draw


def claptcha() -> Draw:
    """claptcha with half of its noise, in the typefaces of the system."""
    module = import_module("claptcha")
    fonts = sorted(str(each) for each in Path("/usr/share/fonts").rglob("DejaVu*.ttf"))
    if not fonts:
        raise SystemExit("claptcha has no typeface of its own, and the system has no DejaVu")

    def draw(path: Path) -> str:
        label = text(ascii_uppercase + digits, random.randint(4, 6))
        module.Claptcha(label, random.choice(fonts), (200, 80), noise=0.3).write(str(path))
        return label

    return draw


KINDS: dict[str, Callable[[], Draw]] = {
    "captcha_lower5": lambda: library(lambda: text(ascii_lowercase + digits, 5)),
    "captcha_mixed5": lambda: library(lambda: text(ascii_letters + digits, 5)),
    "captcha_math": lambda: library(library_sum),
    "wheezy_4": lambda: wheezy(ascii_uppercase + digits, 4, curves=1, colours=False),
    "wheezy_mixed5": lambda: wheezy(ascii_letters + digits, 5, curves=2, colours=True),
    "django_char": lambda: django("random_char_challenge", {}),
    "django_math": lambda: django("math_challenge", {"CAPTCHA_FONT_SIZE": 34}),
    "multicolor_text": lambda: multicolor(sums=False),
    "multicolor_math": lambda: multicolor(sums=True),
    "claptcha_noise": claptcha,
}


def main(folder: str, request: str) -> None:
    """Draw what a request asks for."""
    sys.path.insert(0, folder)
    vars(secrets).update(randbelow=random.randrange, choice=random.choice, randbits=random.getrandbits)
    asked = json.loads(request)
    draw = KINDS[asked["kind"]]()
    drawn = []
    for index in range(asked["count"]):
        random.seed(f"{asked['seed']} {asked['kind']} {index}")
        file = f"{index}.png"
        label = draw(Path(asked["out"]) / file)
        drawn.append({"file": file, "label": label})
    print(json.dumps(drawn))


if __name__ == "__main__":
    main(*sys.argv[1:])
