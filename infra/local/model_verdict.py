"""What became of the messages that were said to a real model, and whether that is good enough."""

import contextlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from model_recorder import Exchange

# No reply may come later because of a digest, in seconds; and so many of the digests may fail.
LATEST, FAILING_DIGESTS = 30, 0.2
END = re.compile(r"[.!?…؟۔。！？][\s\"'״”’»)\]}*_~]*$")
# What a template, or the form the model is to write in, leaves behind.
LEAK = re.compile(
    r"<\|.*?\|>|</?s>|<(start|end)_of_turn>|\[/?INST\]|[{,]\s*\"(answer|handover)\"|^\W*(answer|handover)\W*$", re.I
)
# The answer in the form the model is to write in, with both its quotation marks.
CLOSED = re.compile(r'"answer"\s*:\s*("(?:[^"\\]|\\.)*")', re.S)
PICTURE = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")


@dataclass
class Said:
    """What a customer said, and what they were sent until they wrote again. Times are seconds since 1970."""

    language: str
    phone: str
    text: str
    at: float
    answers: list[str] = field(default_factory=list)
    answered_at: float = 0.0
    # A person was asked for.
    handed: bool = False
    # Answered only together with what the customer said next.
    together: bool = False

    def wait(self) -> float:
        return self.answered_at - self.at if self.answered_at else 0.0


@dataclass
class Digests:
    """How many digests were written, and how many tries failed."""

    written: int = 0
    failed: int = 0
    # Why, and how often.
    whys: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, lines: list[str]) -> "Digests":
        """From the summarizer's log."""
        found = cls()
        for line in lines:
            entry = json.loads(line) if line.startswith("{") else {}
            found.written += entry.get("summaries", 0)
            if failures := entry.get("digest_failures", 0):
                found.failed += failures
                why = str(entry.get("why", "?"))
                found.whys[why] = found.whys.get(why, 0) + failures
        return found


def seconds(text: str) -> float:
    """A time such as 2026-11-16T08:00:00.123456789Z; the oldest Python allowed reads no `Z` and no nanoseconds."""
    whole, _, rest = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{whole}+00:00").timestamp() + float(f"0.{rest or 0}")


def says_nothing(text: str) -> bool:
    """No letter, no digit and no picture: a placeholder."""
    return not any(c.isalnum() for c in text) and not PICTURE.search(text)


@dataclass
class Result:
    """A whole run."""

    said: list[Said]
    exchanges: list[Exchange]
    digests: Digests

    def unanswered(self) -> list[Said]:
        return [one for one in self.said if not one.answers and not one.handed]

    def placeholders(self) -> list[str]:
        # A line of its own, too: below the sentence that an AI answers it is all the model said.
        return [text for one in self.said for text in one.answers if any(map(says_nothing, text.split("\n\n")))]

    def leaks(self) -> list[str]:
        return [text for one in self.said for text in one.answers if any(map(LEAK.search, text.split("\n\n")))]

    def cut(self) -> list[str]:
        """Texts without an end that the model did not end there."""
        ended = [ended_by_itself(one) for one in self.of("reply")]
        texts = [text for one in self.said for text in one.answers]
        unended = [text for text in texts if not END.search(text) and not PICTURE.search(text[-3:])]
        return [text for text in unended if not any(whole and text.endswith(whole) for whole in ended)]

    def late(self) -> list[Said]:
        """Who waited too long while a digest was with the model."""
        busy = [(one.begun, one.ended) for one in self.of("digest")]
        waited = [one for one in self.said if one.wait() > LATEST]
        return [one for one in waited if any(begun < one.answered_at and ended > one.at for begun, ended in busy)]

    def of(self, kind: str) -> list[Exchange]:
        return [one for one in self.exchanges if one.kind == kind]

    def failing_digests(self) -> float:
        tries = self.digests.written + self.digests.failed
        return self.digests.failed / tries if tries else 1.0

    def bounds(self) -> list[tuple[str, str, bool]]:
        """Each bound: what it is, the figure, whether it is kept."""
        tries = self.digests.written + self.digests.failed
        none = [
            ("neither answered nor handed to a person", len(self.unanswered())),
            ("answers cut", len(self.cut())),
            ("answers that are a placeholder", len(self.placeholders())),
            ("answers with a template's or a form's marks", len(self.leaks())),
            (f"waited more than {LATEST} s beside a digest", len(self.late())),
        ]
        rate = (
            "digests that failed, under one in five",
            f"{self.digests.failed} of {tries}",
            self.failing_digests() < FAILING_DIGESTS,
        )
        return [*((what, str(count), count == 0) for what, count in none), rate]

    def broken(self) -> list[str]:
        return [what for what, _, kept in self.bounds() if not kept]

    def table(self, model: str) -> str:
        waits = sorted(one.wait() for one in self.said if one.answered_at) or [0.0]
        rows = [
            ("messages, languages", f"{len(self.said)}, {len({one.language for one in self.said})}"),
            ("answered by the model", str(sum(bool(one.answers) and not one.handed for one in self.said))),
            ("handed to a person", str(sum(one.handed for one in self.said))),
            ("answered together with the next", str(sum(one.together for one in self.said))),
            ("wait, median / longest, s", f"{median(waits):.1f} / {waits[-1]:.1f}"),
            *(asked(kind, self.of(kind)) for kind in ("reply", "digest")),
            (
                "why digests failed",
                "; ".join(f"{n} {why}" for why, n in sorted(self.digests.whys.items())) or "none did",
            ),
        ]
        lines = [f"| {model} | |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]
        return "\n".join(
            lines + [f"| {what} | {text}{'' if kept else ' **broken**'} |" for what, text, kept in self.bounds()]
        )

    def transcript(self) -> str:
        """Who said what, as one reads it."""
        lines = []
        for one in sorted(self.said, key=lambda one: (one.phone, one.at)):
            lines.append(f"[{one.language}] {one.phone}: {one.text}")
            lines += [f"    {one.wait():.1f} s {'(person) ' if one.handed else ''}{answer!r}" for answer in one.answers]
        return "\n".join(lines) + "\n"


def ended_by_itself(one: Exchange) -> str:
    """What the model wrote to its end: the text is closed, whatever became of the form around it, or it stopped."""
    if closed := CLOSED.search(one.content):
        # An escape that JSON does not have makes the form no form, and the text no text of it.
        with contextlib.suppress(ValueError):
            return str(json.loads(closed[1], strict=False)).strip()
    return one.content.strip() if one.finish == "stop" else ""


def asked(kind: str, exchanges: list[Exchange]) -> tuple[str, str]:
    """How the requests of a kind ended."""
    ends: dict[str, int] = {}
    for one in exchanges:
        end = one.finish or (str(one.status) if one.status else "hung up")
        ends[end] = ends.get(end, 0) + 1
    longest = max((one.ended - one.begun for one in exchanges if one.ended), default=0.0)
    told = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    return f"{kind}: requests; how they ended; longest, s", f"{len(exchanges)}; {told}; {longest:.1f}"
