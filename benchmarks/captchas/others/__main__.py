"""Read captchas that other programs draw here and now, each seed its own images, and count the right answers.

python -m benchmarks.captchas.others --programs DIR --seed 1 --images drawn --errors errors

svg-captcha, ppfun-captcha, captchapng and trek-captcha from npm; captcha, wheezy.captcha, django-simple-captcha,
multicolorcaptcha and claptcha from PyPI, in the versions that benchmarks/captchas/others/programs.py pins. They are
installed once into a folder outside of this one, which `--programs` names; `--commands` prints how. What is missing is
left out, with a line that says so.

Their random numbers (`Math.random`, `crypto.randomBytes`, `random`, `secrets`) are replaced by those of a seed, so that
the same seed draws the same images; `--images` keeps them, with their labels, in a folder for each kind.
"""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from benchmarks.captchas import page
from benchmarks.captchas.answers import answers, recognizer
from benchmarks.captchas.figures import error_sheet, means, means_in_words, measured, total_trust, trust_in_words
from benchmarks.captchas.others.programs import (
    DrawingError,
    draw,
    install_commands,
    kinds_named,
    missing,
    version_found,
)
from benchmarks.captchas.truth import truths
from benchmarks.measuring import options
from benchmarks.measuring.record import provenance, write_json

INSTALL = "\n".join(install_commands(Path("DIR")))


@click.command(
    help=f"{(__doc__ or '').split(chr(10))[0]}\n\nInstall the programs with\n\n\b\n{INSTALL}\n\n"
    "and name DIR with --programs; what is missing is left out."
)
@click.option("--programs", type=options.FOLDER, required=True, help="Where the programs are installed.")
@click.option("--commands", is_flag=True, is_eager=True, help="Print how to install them into --programs, and end.")
@options.number("--count", 100, "Images of each kind.")
@click.option("--only", multiple=True, metavar="KIND", help="Draw this kind alone; repeatable.")
@click.option("--model", metavar="NAME|DIR", help="Read with this model.  [default: the shipped ones, as they choose]")
@click.option("--images", type=options.FOLDER, help="Keep the drawn images and their labels here.")
@options.seed
@options.errors
@options.docs
@options.out("captcha_others")
@options.errors_as_messages()
def command(
    programs: Path,
    commands: bool,
    count: int,
    only: tuple[str, ...],
    model: str | None,
    images: Path | None,
    seed: int,
    errors: Path | None,
    docs: Path,
    out: Path,
) -> None:
    if commands:
        print("\n".join(install_commands(programs)))
        return
    try:
        kinds = kinds_named(only)
    except KeyError as error:
        raise click.ClickException(f"--only: there is no kind {error.args[0]}") from error
    recognize = recognizer(model)
    record: dict[str, Any] = {**provenance("captchas.others", seed=seed), "model": model, "kinds": [], "missing": []}
    with nullcontext(str(images)) if images else tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            version = version_found(kind, programs)
            if version is None:
                record["missing"].append(missing(kind, programs))
                continue
            try:
                drawn = draw(kind, programs, count, seed, Path(folder) / kind.name)
            except DrawingError as error:
                record["missing"].append(f"Left out: {error}")
                continue
            files, shown = [file for file, _ in drawn], truths([label for _, label in drawn])
            read = answers(recognize, files, kind.name)
            figures = measured(kind.name, shown, read)
            record["kinds"].append({**figures, "program": kind.program, "version": version})
            if errors is not None:
                error_sheet(errors / f"{kind.name}.png", files, shown, read)
    print("\n".join(record["missing"]))
    if not record["kinds"]:
        raise click.ClickException(f"{programs}: no program draws here; --help tells how to install them")
    record |= {"means": means(record["kinds"]), "trust": total_trust(record["kinds"])}
    print(f"# Captchas drawn by other programs with seed {seed}, {record['processor']}\n")
    print(f"{page.others_table(record)}\n\n{means_in_words(record['means'])}\n\n{trust_in_words(record['trust'])}")
    write_json(record, out)
    page.write(docs, out.parent, {"others": record})


if __name__ == "__main__":
    command()
