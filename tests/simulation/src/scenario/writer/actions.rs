//! What is to be done for a customer at a time: staff enter it, move it, cancel it; the customer asks for it, or wants
//! nothing of the kind.

use super::Writer;
use crate::chance::Chance;
use crate::scenario::step::{Act, What};
use zikaron_memory::action::ActionKind;

impl Writer {
    /// Staff have things done, and some customers want no such messages, or want them again.
    pub(super) fn has_actions(&mut self, chance: Chance) {
        let over = self.steps.iter().map(|step| step.at).max().unwrap_or_default().as_secs();
        self.chance = chance;
        for _ in 0..self.chance.number(0, 3) {
            self.at = self.any_time(over);
            let kind =
                self.chance.one_of(&[ActionKind::Message, ActionKind::Message, ActionKind::Person, ActionKind::Call]);
            let (after, unless_they_write) = (self.chance.seconds(0, 7_200), self.chance.is(0.3));
            self.act(Act::Action { kind: kind.unwrap_or(ActionKind::Message), after, unless_they_write });
            if !self.calm && self.chance.is(0.4) {
                // Mostly when it is just being done.
                let near = self.chance.millis(0, 70_000);
                self.at += if self.chance.is(0.5) { after + near } else { self.chance.seconds(1, 3_600) };
                let cancels = self.chance.is(0.5);
                self.act(Act::ActionAgain { cancels });
            }
        }
        while self.chance.is(0.3) {
            self.at = self.any_time(over);
            let call = self.chance.is(0.5);
            self.write(What::Asks { call }, None);
        }
        while self.chance.is(0.2) {
            self.at = self.any_time(over + 7_200);
            let wanted = self.chance.is(0.3);
            self.write(What::Marketing { wanted }, None);
        }
    }
}
