"""Where things stand in a JSON text: one pass over its strings, so that a line is found in time linear in the text."""

import json
import re
from bisect import bisect_right

_STRINGS = re.compile(r'"((?:[^"\\]|\\.)*+)"(?:\s*+:\s*+(?:(\{)|"((?:[^"\\]|\\.)*+)"))?')


class JsonLines:
    """The line of each next place of a key or of a `"name": ...`, in the order of a JSON document."""

    def __init__(self, text: str) -> None:
        self.at = -1
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self.places: dict[tuple[str, str], list[int]] = {}
        for match in _STRINGS.finditer(text):
            if match[2]:
                self.places.setdefault(("key", _unescaped(match[1])), []).append(match.start())
            elif match[1] == "name" and match[3] is not None:
                self.places.setdefault(("name", _unescaped(match[3])), []).append(match.start())

    def key(self, name: str) -> int:
        """The line of the next object that is called so."""
        return self._next("key", name)

    def name(self, name: str) -> int:
        """The line of the next `"name"` with that value."""
        return self._next("name", name)

    def _next(self, kind: str, text: str) -> int:
        places = self.places.get((kind, text), [])
        index = bisect_right(places, self.at)
        self.at = places[index] if index < len(places) else self.at
        return bisect_right(self.breaks, self.at) + 1


def _unescaped(text: str) -> str:
    return str(json.loads(f'"{text}"', strict=False)) if "\\" in text else text
