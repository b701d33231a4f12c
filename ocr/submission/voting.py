"""Several models read one image: which of their answers counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ocr.inference.recognizer import Recognition


def vote(answers: Sequence[Recognition]) -> Recognition:
    """Return the answer of most models, of those that agree in their text the one with the highest confidence.

    Where as many models gave one text as another, the text with the most confident single answer wins, and the
    earlier one where even these are equal. A model that read nothing has no vote: no text is never right. With
    nothing but such answers, the first of the most confident of them is returned.
    """
    votes = Counter(answer.text for answer in answers)
    best: dict[str, Recognition] = {}
    for answer in answers:
        if answer.text not in best or answer.confidence > best[answer.text].confidence:
            best[answer.text] = answer
    read = [text for text in best if text] or list(best)
    return best[max(read, key=lambda text: (votes[text], best[text].confidence))]
