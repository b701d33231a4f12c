"""What /docs says of POST /recognize: the forms of a request, with examples, and of its answers."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

VERSION = "3.0.2"
"""Of OpenAPI; Swagger UI as it is bundled knows no later one."""

SUMMARY = "Read captchas and arithmetic in images"
DESCRIPTION = """Takes one image or several, as a form with files, as JSON with base64 text or data URLs, or as the
bytes of an image with what is told of it in the query. One image is answered by an object. Several `file`s, and
whatever was sent as `files` or `images`, are answered by a list in their order, in which an image that cannot be read
has its `problem` in place of an answer. Nothing is fetched: paths and URLs are refused."""

EXAMPLE: dict[str, Any] = {
    "file": "captcha.png",
    "width": 84,
    "height": 30,
    "text": "8×8=?",
    "value": "64",
    "confidence": 0.9993,
    "trusted": True,
    "threshold": 0.9859,
    "kind": "arithmetic",
    "model": "captcha",
    "problem": None,
    "characters": [{"symbol": "8", "confidence": 0.9999, "start": 6, "end": 27}],
}
TINY = (
    "iVBORw0KGgoAAAANSUhEUgAAAFQAAAAeAQAAAACa0wRmAAAAbklEQVR42q3PLQqAQBCG4XcniMHgMbyCzeylNHgwr2LSqEEQWfYzrD9NEBwYeM"
    "q8ME5csxjPfHeHcgYAVMqPCo00v9xO1WNVuBBdZ1aINnY2P2pT7DjiYqCTGOygu99Ccnrt736dWsEO4H7795sPu4kmFwUHFWcAAAAASUVORK5C"
    "YII="
)
"""A small captcha, for examples."""


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


TOLD: dict[str, Any] = {
    "kind": _text("What the image shows; left out, told by the image.", enum=["arithmetic", "text", "page"]),
    "alphabet": _text("Characters that a captcha can have.", example="0123456789"),
    "length": _text("Characters that there are: 5, or 4-6 for the least and the most.", example="4-6"),
    "case": _text('"ignore" answers in lower case, with the probabilities of both cases together.', enum=["ignore"]),
    "model": _text("Name of a model, one of /models.", example="captcha"),
    "explain": {"type": "boolean", "description": "Whether to draw what was seen and read, as a data URL of a PNG."},
}
_NUMBER = {"type": "number"}
_NULLABLE = {"type": "string", "nullable": True}

ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "file": _text("The name of the file, or `image 1`."),
        "width": {"type": "integer", "description": "Of the image, in pixels."},
        "height": {"type": "integer"},
        "text": {**_NULLABLE, "description": "As drawn; empty where nothing was found."},
        "value": {**_NULLABLE, "description": 'The exact value, "-17" or "42072/86".'},
        "confidence": {**_NUMBER, "description": "Probability that the image shows exactly this text."},
        "trusted": {"type": "boolean", "description": "Whether the confidence reaches the model's threshold."},
        "threshold": {**_NUMBER, "nullable": True},
        "kind": _NULLABLE,
        "model": _NULLABLE,
        "problem": {**_NULLABLE, "description": "Why there is no value or no text."},
        "characters": {
            "type": "array",
            "description": "Symbol, confidence, and the columns of pixels from start to end of each.",
            "items": {
                "type": "object",
                "properties": {
                    "symbol": {"type": "string"},
                    "confidence": _NUMBER,
                    "start": {"type": "integer"},
                    "end": {"type": "integer"},
                },
            },
        },
        "explain": _text("What was seen and read, data:image/png;base64,…; only where asked for."),
    },
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def _problem(status: int, title: str, detail: str, description: str) -> dict[str, Any]:
    example = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": PROBLEM, "example": example}},
    }


RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What was read.",
        "content": {
            "application/json": {
                "schema": {"oneOf": [ANSWER, {"type": "array", "items": ANSWER}]},
                "examples": {"one image": {"value": EXAMPLE}, "several": {"value": [EXAMPLE]}},
            }
        },
    },
    400: _problem(400, "Bad Request", "the body is no JSON (Expecting value)", "A body that is damaged."),
    401: _problem(401, "Unauthorized", "the API key is wrong", "No key, or a wrong one."),
    408: _problem(408, "Request Timeout", "the body did not arrive within 30 s", "A body that is too slow."),
    413: _problem(413, "Content Too Large", "the body is larger than 16000000 bytes, the limit", "Too much at once."),
    415: _problem(415, "Unsupported Media Type", "the body is text/plain; expected …", "Another type of body."),
    422: _problem(
        422, "Unprocessable Content", "a.txt: is not an image of a known format (it is a text)",
        "What was sent or told cannot be read.",
    ),
    503: _problem(
        503, "Service Unavailable", "256 images are waiting already; ask again in a moment",
        "No room now; `Retry-After` says in how many seconds to ask again.",
    ),
}  # fmt: skip

_FORM = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "An image."},
        "files": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": "Several images; answered by a list.",
        },
        **TOLD,
    },
}
_JSON = {
    "type": "object",
    "properties": {
        "image": _text("Base64 text or a data URL."),
        "images": {"type": "array", "items": {"type": "string"}, "description": "Several; answered by a list."},
        **TOLD,
    },
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}

OPERATION = MappingProxyType(
    {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": _FORM},
                "application/json": {
                    "schema": _JSON,
                    "examples": {
                        "an image": {"value": {"image": TINY}},
                        "a data URL, told": {
                            "value": {"image": f"data:image/png;base64,{TINY}", "kind": "text", "length": "4-6"}
                        },
                        "several": {"value": {"images": [TINY, TINY]}},
                    },
                },
                "image/png": _BINARY,
                "application/octet-stream": _BINARY,
            },
        },
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in TOLD.items()
        ],
    }
)
"""What FastAPI cannot tell by itself."""
