"""On which stack `make demo` plays, and what it puts back there. Part of `make test`."""

import tempfile
import unittest
from pathlib import Path

import demo
import deploy
import instance as instances
import processes
import seed


class Demo(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        # Nobody listens on these two.
        self.stack = instances.Instance(Path(folder.name), 1, 2, keep=False, outlive=False)

    def test_a_stack_of_a_real_model_is_not_played_on(self) -> None:
        values = deploy.parameters(self.stack, "4", {})
        known = {name: values[parameter] for name, parameter in demo.MADE_FOR.items()}
        self.assertTrue(demo.is_made_for(known, values))
        for name in known:
            self.assertFalse(demo.is_made_for(known | {name: "another"}, values), name)
            self.assertFalse(demo.is_made_for({key: known[key] for key in known if key != name}, values), name)

    def test_the_environment_is_read_as_it_was_written(self) -> None:
        known = {"CONSOLE_URL": "http://127.0.0.1:1/%24default/console", "PADDED": "a=b==", "FAULTS_URL": ""}
        seed.write_environment(self.stack, known)
        self.assertEqual(demo.read_environment(self.stack.folder / "env"), known)

    def test_settings_that_the_story_changed_are_put_back_and_no_others(self) -> None:
        before = {"language": "he", "fields": None, "quiet_days": [6]}
        after = {"language": "he", "fields": [{"name": "city"}], "quiet_days": [], "caller": {"agent": "agent_demo"}}
        self.assertEqual(demo.changed(before, after), {"caller": None, "fields": None, "quiet_days": [6]})
        self.assertEqual(demo.changed(before, before), {})

    def test_looking_whether_a_stack_runs_leaves_it_as_it_is(self) -> None:
        alive = processes.myself()
        processes.write_down(self.stack.written, None, [alive, alive])
        self.assertFalse(self.stack.runs())
        self.assertEqual(processes.read(self.stack.written)[1], [alive, alive])
        self.assertTrue(alive.alive())


if __name__ == "__main__":
    unittest.main()
