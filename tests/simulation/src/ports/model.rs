//! The model: what it answers tells what it has seen, so that a witness can check it.

use crate::instance::{Fate, Instance};
use crate::ports::voice::mark_of;
use crate::words::{CALL_ME, CITY, IN_TWO_HOURS, NAME, SEND_ME, mark, stated};
use std::collections::BTreeSet;
use std::time::Duration;
use zikaron_memory::action::ActionKind;
use zikaron_memory::action::commitment::Claimed;
use zikaron_memory::evidence::{About, Extracted, Meant};
use zikaron_protocol::model::conversation::{Speaker, Utterance};
use zikaron_protocol::ports::{Digest, DigestRequest, Model, ModelError, Reply, ReplyRequest};

impl Model for Instance {
    async fn reply(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        let long = self.think("reply", 300, 3_000).await?;
        if self.universe.live().chance.is(0.002) {
            self.trace(|| "model wants a person".to_owned());
            return Ok(Reply { text: String::new(), handover: true, ..Reply::default() });
        }
        let seen = marks(&request.conversation);
        self.look(request).await;
        let read = hash([request.system.as_str()].into_iter().chain(texts(&request.conversation)));
        let name = format!("r{read:016x}");
        // Apart from chance: what else happens in a run stays the same.
        let books = request.may_ask_number && read.is_multiple_of(4);
        self.trace(|| format!("model replies {name} to {seen:?}"));
        let known = request.system.split_whitespace().filter(|word| word.len() == 17 && word.starts_with('d'));
        let known = known.map(str::to_owned).collect();
        let mut live = self.universe.live();
        live.seen.insert(name.clone(), seen);
        live.known.insert(name.clone(), known);
        drop(live);
        let rest = if long { " עוד מילים.".repeat(500) } else { String::new() };
        Ok(Reply { text: format!("תשובה {name}.{rest}"), books, ..Reply::default() })
    }

    async fn digest(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let mute = self.think("digest", 300, 3_000).await?;
        if mute && self.fails("digest without a summary") {
            return Ok(Digest::default());
        }
        let seen = marks(&request.transcript);
        let name = format!("d{:016x}", hash(texts(&request.transcript)));
        self.trace(|| format!("model digests {name} of {seen:?}"));
        self.universe.live().seen.insert(name.clone(), seen);
        let lines = ["נושא: תור", "דובר על מועדים", "הלקוח פנה בעצמו", "אין תלונות", "צעד הבא: לחזור אליו"];
        let patch =
            [("name", NAME), ("city", CITY)].into_iter().filter_map(|(field, sign)| claim(request, field, sign));
        Ok(Digest {
            summary: Some(format!("סיכום {name}\n{}", lines.join("\n"))),
            patch: patch.collect(),
            commitments: if request.commitments { commitments(request) } else { Vec::new() },
            ..Digest::default()
        })
    }
}

impl Instance {
    /// Looks at the pictures. An endpoint that does not take them refuses, and is asked again without.
    async fn look(&self, request: &ReplyRequest) {
        let plan = &self.universe.plan;
        let refused = !request.pictures.is_empty()
            && self.universe.live().strikes(plan, "endpoint takes no pictures", plan.rates.voice);
        if refused {
            let again = self.universe.live().chance.millis(300, 3_000);
            tokio::time::sleep(again).await;
        }
        for picture in &request.pictures {
            let Some(shown) = mark_of(&picture.file) else { continue };
            let beside = request.conversation.get(picture.utterance);
            let is_its_own = beside.is_some_and(|said| {
                said.speaker == Speaker::Customer && mark(&said.text).is_none_or(|mark| mark == shown)
            });
            if !is_its_own {
                self.universe.broken("a picture is shown beside its own message", format!("{shown}: {beside:?}"));
            }
        }
    }

    /// Takes its time, and fails as planned. Answers whether this is to be a long answer.
    async fn think(&self, what: &'static str, fast: u64, slow: u64) -> Result<bool, ModelError> {
        let plan = &self.universe.plan;
        let (fate, _, _) = self.draw();
        let (took, long) = {
            let mut live = self.universe.live();
            (live.chance.millis(fast, slow), live.chance.is(0.15))
        };
        let now = self.universe.elapsed();
        let dead = plan.dead_model.is_some_and(|(from, to)| from <= now && now < to);
        if fate == Fate::DiesBefore {
            return self.die().await;
        }
        if dead || fate == Fate::FailsBefore {
            self.universe
                .live()
                .counts
                .faults
                .entry("model dead")
                .and_modify(|n| *n += u64::from(dead))
                .or_insert(u64::from(dead));
            tokio::time::sleep(took).await;
            self.trace(|| format!("model: no {what}"));
            return Err(ModelError::Unavailable("simulated".to_owned()));
        }
        if self.fails("model times out") {
            tokio::time::sleep(Duration::from_secs(20)).await;
            return Err(ModelError::Unavailable("simulated".to_owned()));
        }
        tokio::time::sleep(took).await;
        if fate == Fate::DiesAfter {
            return self.die().await;
        }
        if fate == Fate::FailsAfter {
            self.trace(|| format!("model: {what} is lost on its way"));
            return Err(ModelError::Unavailable("simulated".to_owned()));
        }
        if self.fails("model answers nothing usable") {
            self.trace(|| format!("model: no usable {what}"));
            return Err(ModelError::unusable("simulated"));
        }
        Ok(long)
    }

    fn fails(&self, name: &'static str) -> bool {
        let plan = &self.universe.plan;
        self.universe.live().strikes(plan, name, plan.rates.model / 2.0)
    }
}

/// The last of what the customer said of a field, with their own words.
fn claim(request: &DigestRequest, field: &str, sign: &str) -> Option<Extracted> {
    let said = request.transcript.iter().rev().filter(|said| said.speaker == Speaker::Customer);
    let text = said.map(|said| said.text.as_str()).find(|text| text.starts_with(sign))?;
    Some(Extracted {
        field: field.to_owned(),
        value: stated(text, sign)?,
        line: None,
        quote: text.to_owned(),
        span: None,
        about: Some(About::Customer),
        meant: Some(Meant::States),
        until: None,
        confidence: None,
    })
}

/// What the customer asked for later, with their own words; more than three the product does not look at.
fn commitments(request: &DigestRequest) -> Vec<Claimed> {
    let said = request.transcript.iter().zip(1..).filter(|(said, _)| said.speaker == Speaker::Customer);
    let asked = said.filter_map(|(said, line)| {
        let is_call = said.text.starts_with(CALL_ME);
        (is_call || said.text.starts_with(SEND_ME)).then(|| Claimed {
            line: Some(line),
            quote: if is_call { CALL_ME } else { SEND_ME }.to_owned(),
            kind: if is_call { ActionKind::Call } else { ActionKind::Message },
            when: is_call.then(|| IN_TWO_HOURS.to_owned()),
            what: if is_call { "לחזור ללקוח" } else { "לשלוח מחירון" }.to_owned(),
            about: Some(About::Customer),
            meant: Some(Meant::States),
        })
    });
    asked.collect()
}

fn marks(conversation: &[Utterance]) -> BTreeSet<String> {
    let customers = conversation.iter().filter(|said| said.speaker == Speaker::Customer);
    customers.filter_map(|said| mark(&said.text)).map(str::to_owned).collect()
}

fn texts(conversation: &[Utterance]) -> impl Iterator<Item = &str> {
    conversation.iter().map(|said| said.text.as_str())
}

/// FNV-1a: the same on every machine.
fn hash<'a>(texts: impl Iterator<Item = &'a str>) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    texts.flat_map(|text| text.bytes().chain([0])).fold(0xcbf2_9ce4_8422_2325, step)
}
