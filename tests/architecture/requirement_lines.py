"""The list lines of the customer's requirements, each with a name that survives reformatting and notices rewording."""

import hashlib
import re
from dataclasses import dataclass

LETTERS = {"Success Criteria": "S", "Risks & Mitigations": "R", "Open Questions": "Q"}
PREFIXES = {"Core Requirements": "§", "User Flows": "F"}


@dataclass(frozen=True)
class RequirementLine:
    """`name` is section and place, such as §2.7; `digest` the first six characters of the sha256 of its words."""

    name: str
    digest: str
    words: str


def requirement_lines(text: str) -> list[RequirementLine]:
    """Bullets, numbered lines and checkboxes of the parts that ask for something; not those inside code fences."""
    found: list[RequirementLine] = []
    part, section, place, fenced = "", None, 0, False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            continue
        elif heading := re.match(r"## (.*)", line):
            part = heading[1]
            section, place = LETTERS.get(part), 0
        elif heading := re.match(r"### (?:(\d+)\.|Flow (\d))?", line):
            number = heading[1] or heading[2]
            section = PREFIXES[part] + number if number and part in PREFIXES else None
            place = 0
        elif section and (item := re.match(r"\s*(?:[-*]|\d+\.)\s+(.*)", line)):
            place += 1
            found.append(RequirementLine(f"{section}.{place}", digest(item[1]), item[1]))
    return found


def digest(words: str) -> str:
    """Of letters and digits only, so that emphasis and spacing may change."""
    plain = re.sub(r"[^a-z0-9]+", " ", words.lower()).strip()
    return hashlib.sha256(plain.encode()).hexdigest()[:6]
