"""What a run against a real model is judged by."""

import unittest

from model_recorder import Exchange
from model_verdict import Digests, Result, Said, seconds

DISCLOSURE = "You are talking to an AI assistant. You can ask for a person at any time."


def said(*answers: str, wait: float = 5, handed: bool = False) -> Said:
    return Said(
        "en", "12025550131", "Are you open on Friday?", 100, list(answers), 100 + wait if answers else 0, handed
    )


def reply(answer: str, finish: str) -> Exchange:
    return Exchange("reply", 101, 104, 200, finish, answer)


def result(one: Said, *exchanges: Exchange, digests: Digests | None = None) -> Result:
    return Result([one], list(exchanges), digests or Digests(written=9, failed=1))


class Verdict(unittest.TestCase):
    def broken(self, *arguments: object, **more: Digests) -> list[str]:
        return result(*arguments, **more).broken()  # type: ignore[arg-type]

    def test_whole_sentences_and_persons_are_well(self) -> None:
        for one in (said("We are open until two."), said("Yes 😊"), said("Someone will answer you.", handed=True)):
            self.assertEqual(self.broken(one), [])
        as_meant = reply('{"answer": "Friday from eight to two", "handover": false}', "stop")
        self.assertEqual(self.broken(said(f"{DISCLOSURE}\n\nFriday from eight to two"), as_meant), [])
        form_cut = reply('{"answer": "Friday from \\"eight\\" to two ",\n "handover"', "length")
        self.assertEqual(self.broken(said('Friday from "eight" to two'), form_cut), [])
        no_json = reply('{"answer": "Friday from \\x eight", "handover": false}', "length")
        self.assertTrue(self.broken(said("Friday from x eight"), no_json))

    def test_what_a_customer_must_not_read_is_seen(self) -> None:
        half = reply('{"answer": "Friday from eight to', "length")
        for text, what in (
            ("Friday from eight to", "answers cut"),
            (f"{DISCLOSURE}\n\n…", "answers that are a placeholder"),
            ("...", "answers that are a placeholder"),
            ("Yes.<|im_end|>", "answers with a template's or a form's marks"),
            (f'{DISCLOSURE}\n\n{{"answer": "Yes."}}', "answers with a template's or a form's marks"),
        ):
            self.assertIn(what, self.broken(said(text), half), text)

    def test_silence_late_answers_and_failing_digests_are_seen(self) -> None:
        self.assertEqual(self.broken(said()), ["neither answered nor handed to a person"])
        late, beside = said("Yes.", wait=40), Exchange("digest", 110, 150, 200, "stop")
        self.assertEqual(self.broken(late), [])
        self.assertEqual(self.broken(late, beside), ["waited more than 30 s beside a digest"])
        for digests in (Digests(4, 1), Digests(0, 0)):
            self.assertEqual(self.broken(said("Yes."), digests=digests), ["digests that failed, under one in five"])

    def test_the_log_and_times_are_read(self) -> None:
        lines = [
            '{"summaries": 1}',
            '{"digest_failures": 1, "tries": 1, "why": "no summary"}',
            "START RequestId: 1",
            '{"metric": 1}',
        ]
        self.assertEqual(Digests.read(lines), Digests(1, 1, {"no summary": 1}))
        self.assertAlmostEqual(seconds("2026-11-16T08:00:00.250000000Z") - seconds("2026-11-16T08:00:00Z"), 0.25)


if __name__ == "__main__":
    unittest.main()
