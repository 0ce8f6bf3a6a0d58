//! Every sample of `events/whatsapp-*.json`, from the webhook's body to the answer: what is stored, what the model
//! sees, what the customer gets. The table is a snapshot.

use crate::scene::{SAMPLES, Scene, sample, samples};
use std::fmt::Write as _;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::message::Message;

fn told(message: &Message) -> String {
    let mut line = format!("{:?} {} {:?}", message.speaker, message.kind, message.text);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            write!(line, ", {name} {value}").unwrap();
        }
    };
    add("with", message.enclosed.content.as_ref().map(|content| format!("{content:?}")));
    add("forwarded", message.enclosed.forwarded.then(String::new));
    add("ad", message.enclosed.ad.clone());
    add("product", message.enclosed.product.clone());
    add("choice", message.enclosed.choice.clone());
    add("telling", message.enclosed.told.map(|told| format!("{told:?}")));
    let details = message.enclosed.details.iter().map(|(name, value)| format!("{name} = {value}"));
    let details = details.collect::<Vec<_>>().join("; ");
    add("details", (!details.is_empty()).then_some(details));
    add("quoting", message.quotes.as_ref().map(ToString::to_string));
    add("changing", message.amends.as_ref().map(|amends| format!("{} {:?}", amends.target, amends.how)));
    add("edited by", message.edited_by.as_ref().map(|by| by.id.to_string()));
    add("revoked", message.revoked.then(String::new));
    add("reaction", message.reaction.as_ref().map(|reaction| reaction.emoji.clone().unwrap_or_default()));
    add("end", message.end.map(|end| format!("{end:?}")));
    add("session", message.session.is_none().then(|| "none".to_owned()));
    line
}

/// The scene behind a sample: a minute ago the customer wrote, and got an answer. It is what changes and replies are
/// about.
async fn set(body: &[u8]) -> Scene {
    let scene = Scene::remembering();
    if !String::from_utf8_lossy(body).contains("\"id\": \"wamid.TEXT1\"") {
        scene.at(SAMPLES - 59);
        scene.says("TEXT1", SAMPLES - 60, "היי, אפשר לקבוע תור?").await;
        scene.at(SAMPLES + 1);
    }
    scene
}

#[tokio::test]
async fn each_sample_is_stored_shown_and_answered_as_the_table_says() {
    let mut table = String::new();
    for name in samples() {
        let body = sample(&name);
        let scene = set(&body).await;
        let (before, sent) = (scene.messages(), scene.sent().len());
        let asked = scene.0.model.shown().len();
        let parsed = scene.comes_in(&body).await;
        writeln!(table, "\n# {name}").unwrap();
        for (key, message) in scene.messages() {
            if message.sending.is_some() && !before.contains_key(&key) {
                continue;
            }
            match before.get(&key) {
                Some(old) if *old == message => {}
                Some(_) => writeln!(table, "changed:  {} = {}", key.id, told(&message)).unwrap(),
                None => writeln!(table, "stored:   {} = {}", key.id, told(&message)).unwrap(),
            }
        }
        for event in parsed.events.iter().filter(|event| matches!(event, Event::TemplateChanged(_))) {
            writeln!(table, "told:     {} {}", event.name(), event.detail().unwrap()).unwrap();
        }
        for aside in &parsed.set_aside {
            writeln!(table, "aside:    {}: {}", aside.what, aside.reason).unwrap();
        }
        if scene.0.model.shown().len() > asked {
            for line in scene.shown() {
                writeln!(table, "shown:    {line}").unwrap();
            }
        }
        for text in &scene.sent()[sent..] {
            writeln!(table, "answered: {text}").unwrap();
        }
        for event in scene.events() {
            writeln!(table, "told:     {} {}", event.name(), event.detail().unwrap()).unwrap();
        }
        for lead in scene.0.store.leads().into_values() {
            let state = lead.state.unwrap();
            assert_eq!((state.pending, state.lease.is_none()), (0, true), "{name}: nothing waits");
            if let Some(until) = state.ai_paused_until {
                writeln!(table, "the AI steps back until {until}").unwrap();
            }
        }
    }
    insta::assert_snapshot!(table);
}
