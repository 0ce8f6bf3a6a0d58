"""Which crates `make bench` builds, whatever a commit calls them and wherever it has them."""

import re
import tempfile
import unittest
from pathlib import Path

import run


def lay_out(tree: Path, crates: dict[str, tuple[str, str]]) -> None:
    """A workspace of crates: folder -> the crate's name and its binary's."""
    members = ", ".join(f'"{folder}"' for folder in crates)
    (tree / "Cargo.toml").write_text(f'[workspace]\nresolver = "3"\nmembers = [{members}]\n')
    for folder, (name, binary) in crates.items():
        source = tree / folder / "src"
        source.mkdir(parents=True)
        (source / "main.rs").write_text("fn main() {}\n")
        manifest = f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n'
        (tree / folder / "Cargo.toml").write_text(f'{manifest}[[bin]]\nname = "{binary}"\npath = "src/main.rs"\n')


class Before(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)

    def test_a_function_is_found_by_its_binary_whatever_its_crate_is_called(self) -> None:
        elsewhere = {f"lambdas/{name}": (f"other-{name}", name) for name in run.FUNCTIONS}
        lay_out(self.tree, {**elsewhere, "tools/admin": ("admin", "admin")})
        self.assertEqual(run.crates(self.tree), [f"other-{name}" for name in run.FUNCTIONS])

    def test_a_commit_without_one_of_the_functions_is_told_as_such(self) -> None:
        lay_out(self.tree, {name: (name, name) for name in run.FUNCTIONS if name != "api"})
        with self.assertRaisesRegex(run.Failure, "has the binary api"):
            run.crates(self.tree)

    def test_the_functions_are_given_what_the_template_gives_them(self) -> None:
        # The others may be left out, or are of functions that are not measured.
        not_needed = {"CALL_BASE_URL", "CONSOLE_CLIENT_ID", "CONSOLE_SCOPE", "CONSOLE_SIGN_IN_ORIGIN"}
        not_needed |= {"DELIVER_ARN", "TRANSCRIPTION_BASE_URL", "WEBHOOK_RETRY_SECONDS"}
        template = (run.ROOT / "template.yaml").read_text()
        given = set(re.findall(r"^ +([A-Z][A-Z0-9]*_[A-Z0-9_]+): ", template, re.MULTILINE)) - not_needed
        code = (run.ROOT / "bench" / "src" / "instance.rs").read_text()
        self.assertEqual({name for name in given if f'"{name}"' not in code}, set())

    def test_the_functions_of_this_tree_are_found(self) -> None:
        self.assertEqual(len(set(run.crates(run.ROOT))), len(run.FUNCTIONS))

    def test_an_unknown_commit_is_told_as_such_and_leaves_nothing(self) -> None:
        with self.assertRaisesRegex(run.Failure, "no-such-commit"):
            run.unpack("no-such-commit", self.tree / "before")
        self.assertFalse((self.tree / "before").exists())


if __name__ == "__main__":
    unittest.main()
