//! The steps of the story. Each has a deadline, and each checks what it shows.

use crate::ageing;
use crate::desk::{self, Desk};
use crate::show;
use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use jiff::civil::Date;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use zikaron_simulator::admin::{Admin, is_heard};
use zikaron_simulator::calls::Provider;
use zikaron_simulator::customer::Customer;
use zikaron_simulator::driver::Driver;
use zikaron_simulator::local_env::LocalEnv;
use zikaron_simulator::{OFFLINE_MODEL, SaidFile, Say, Sent, clock, wait};

const INTRODUCTION: &str = "היי! קוראים לי יוסי כהן ואני מתל אביב";
const PRICE: &str = "כמה עולה תספורת גברים?";
const BOOKING: &str = "אני רוצה לקבוע תור. נראה לי שאני מעדיף בוקר מוקדם";
const TOMORROW: &str = "אתם פתוחים היום? אפשר תור מחר ב-10?";
const CHANGE_OF_MIND: &str = "בעצם אולי עדיף לי אחר הצהריים";
// What is heard on the phone counts as less sure than what is written; but what was written was a guess.
const ON_THE_PHONE: [&str; 2] = ["היי, מדבר יוסי", "אני מעדיף בשעות הערב"];
const AFTER_THE_CALL: &str = "שעות הערב";
const RETURN: &str = "היי, אפשר לקבוע תור לשבוע הבא?";
const QUESTION: &str = "היי יוסי כהן! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?";
const FRESH: &str = "מהתחלה";
const MOVED: &str = "אגב, עברתי לרמת גן";
const NAME_BY_HAND: &str = "יוסף כהן";
// What `events/voice-he.ogg` was made from.
const VOICE: &str = "היי, רציתי לומר שאני אלרגי לאמוניה. אפשר תור מחר בערב?";
const HEARD: &str = "אלרגי לאמוניה";
const SEND_PRICE: &str = "תשלחו לי בוואטסאפ את המחיר של תספורת גברים";
// As the instructions of the business say it (`infra/local/seed.py`).
const PRICED: &str = "תספורת גברים 80 ש\"ח";
const PICKS_UP: [&str; 2] = ["כן, מדבר יוסף", "עדיף לי בצהריים"];
const OTHER_NAME: &str = "בעצם קוראים לי משה כהן";
/// How long a message that is due at once may take to end: its schedule fires a moment after the digest.
const SENT: Duration = Duration::from_secs(60);

pub(crate) async fn play() -> Result<()> {
    let env = LocalEnv::from_env()?;
    let driver = Driver::new(&env.simulator_url)?;
    let admin = Admin::of(&env.business)?;
    let mut customer = Customer::unknown(&driver, &admin, &env.number);
    show::line(&format!("The answers are those of {OFFLINE_MODEL}, a set of simple rules and no language model."));
    first_conversation(&mut customer).await.context("the first conversation")?;
    silence(&customer, env.idle).await.context("the silence")?;
    let summary = phone_call(&customer, env.idle).await.context("the phone call")?;
    customer_returns(&mut customer, &summary).await.context("the return")?;
    fresh_start(&mut customer, &summary).await.context("the fresh start")?;
    corrections(&mut customer, &admin).await.context("the corrections")?;
    voice_note(&mut customer).await.context("the voice note")?;
    second_silence(&customer, env.idle).await.context("the second silence")?;
    called_back(&mut customer, &admin, &env).await.context("the call back")?;
    ageing::confirmed(&driver, &admin, &env).await.context("the old preference")?;
    show::console(&desk::in_console(&customer).await?);
    Ok(())
}

async fn first_conversation(customer: &mut Customer) -> Result<()> {
    show::heading("1. A customer nobody knows writes");
    for text in [INTRODUCTION, PRICE, BOOKING] {
        let answer = exchange(customer, text).await?;
        ensure!(answer.buttons.is_empty(), "a new customer was asked whether to continue");
    }
    let (before, answer) = (today()?, exchange(customer, TOMORROW).await?);
    let told = |today: Date| {
        Ok::<_, jiff::Error>(answer.text.contains(&day(today)) && answer.text.contains(&day(today.tomorrow()?)))
    };
    // Midnight may have passed meanwhile.
    ensure!(told(before)? || told(today()?)?, "the model does not know what day it is: {}", answer.text);
    exchange(customer, CHANGE_OF_MIND).await?;
    let block = customer.prompt_for(CHANGE_OF_MIND).await?.memory_block();
    ensure!(block.is_empty(), "a customer nobody knows has a memory");
    Ok(())
}

async fn silence(customer: &Customer, idle: Duration) -> Result<()> {
    show::heading(&format!("2. {} seconds of silence: the schedule fires", idle.as_secs()));
    let lead = customer.fall_silent(idle).await?;
    show::memory(&lead);
    let field = |name: &str| &lead["memory"]["customer_profile_json"][name]["value"];
    ensure!(field("name") == "יוסי כהן", "the profile does not hold the customer's name");
    ensure!(field("preferences") == "אחר הצהריים", "the profile does not hold what the customer said last");
    ensure!(lead["state"]["session"].is_null(), "the session is still open");
    let summary = lead["memory"]["last_summary"].as_str().unwrap_or_default();
    ensure!((5..=10).contains(&summary.lines().count()), "the summary does not have 5 to 10 lines");
    let tomorrow = [today()?.tomorrow()?, today()?].map(day);
    ensure!(
        tomorrow.iter().any(|day| summary.contains(day)),
        "the summary does not name the day that \"tomorrow\" was"
    );
    Ok(())
}

/// The day it is at the business.
fn today() -> Result<Date> {
    Ok(clock::now().in_tz("Asia/Jerusalem")?.date())
}

/// As days are written in Hebrew.
fn day(date: Date) -> String {
    format!(" {}.{}", date.day(), date.month())
}

/// The voice agent knows the customer at the first ring, and what they say changes what is known. Answers the call's
/// summary.
async fn phone_call(customer: &Customer, idle: Duration) -> Result<String> {
    show::heading("3. The customer calls: the voice agent knows them, and they change their mind");
    let answer = customer.ring(Provider::Retell).await?;
    let known = &answer.answer["call_inbound"]["dynamic_variables"];
    let memory = known["memory"].as_str().unwrap_or_default();
    show::quoted("What the voice agent was told at the first ring:", memory);
    ensure!(known["customer_name"] == "יוסי כהן", "the voice agent does not know the customer's name");
    ensure!(memory.contains("(ערוץ: whatsapp)"), "the voice agent does not know what the customer wrote");
    ON_THE_PHONE.iter().for_each(|text| show::customer(text));
    customer.call(Provider::Retell, &ON_THE_PHONE).await?;
    let lead = customer.digested(1).await?;
    show::memory(&lead);
    let field = &lead["memory"]["customer_profile_json"]["preferences"];
    ensure!(field["value"].as_str().is_some_and(|value| value.contains(AFTER_THE_CALL)), "the call changed nothing");
    ensure!(field["confidence"] == "medium", "what was heard counts as sure");
    ensure!(field["previous_value"] == "אחר הצהריים", "what the customer wrote before is forgotten");
    ensure!(lead["state"]["last_channel"] == "call", "the call is not the last interaction");
    // A customer is asked whether to continue only after silence on every channel.
    tokio::time::sleep(idle + Duration::from_secs(1)).await;
    Ok(lead["memory"]["last_summary"].as_str().unwrap_or_default().to_owned())
}

async fn customer_returns(customer: &mut Customer, summary: &str) -> Result<()> {
    show::heading("4. The customer writes again, and is asked whether to continue");
    let answer = exchange(customer, RETURN).await?;
    ensure!(answer.text.ends_with(QUESTION), "the answer does not end with the question");
    ensure!(answer.text.len() > QUESTION.len(), "the customer got the question and no answer");
    ensure!(answer.buttons.len() == 2, "the question has no two buttons");
    let block = customer.prompt_for(RETURN).await?.memory_block();
    show::quoted("What the model saw of the memory:", &block);
    ensure!(block.contains("• name: יוסי כהן"), "the model was not shown the profile");
    let hidden = summary.lines().find(|line| !block.contains(*line));
    ensure!(hidden.is_none(), "the model was not shown the whole summary");
    ensure!(block.contains("(ערוץ: call)"), "the summary is not that of the call");
    let note = |number: &str| block.lines().find(|line| line.trim_start().starts_with(number)).unwrap_or_default();
    ensure!(note("1. [סיכום שיחה]").contains("אחר הצהריים"), "the note of the conversation before is gone");
    ensure!(block.contains(AFTER_THE_CALL), "the model does not know what the customer said on the phone");
    Ok(())
}

async fn fresh_start(customer: &mut Customer, summary: &str) -> Result<()> {
    show::heading("5. The customer starts fresh: the profile stays, the old conversation is hidden");
    exchange(customer, FRESH).await?;
    let prompt = customer.prompt_for(FRESH).await?;
    let block = prompt.memory_block();
    show::quoted("What the model saw of the memory now:", &block);
    let said: Vec<&str> = prompt.messages.iter().skip(1).filter_map(|said| said["content"].as_str()).collect();
    show::quoted("And of the conversation:", &said.join("\n"));
    ensure!(block.contains("• name: יוסי כהן"), "the profile is gone");
    let old =
        summary.lines().chain(ON_THE_PHONE).chain([INTRODUCTION, PRICE, BOOKING, TOMORROW, CHANGE_OF_MIND, RETURN]);
    let seen: Vec<&str> = old.filter(|old| prompt.holds(old)).collect();
    ensure!(seen.is_empty(), "the model still sees the old conversation: {}", seen.join(" / "));
    Ok(())
}

async fn corrections(customer: &mut Customer, admin: &Admin) -> Result<()> {
    show::heading("6. The customer corrects the city, staff enter the name, the customer gives another one");
    exchange(customer, MOVED).await?;
    admin.run(&["profile", "set", "--phone", &format!("+{}", customer.phone), "name", NAME_BY_HAND]).await?;
    show::line(&format!("  staff     enter the name by hand: {NAME_BY_HAND}"));
    // WhatsApp's clock has whole seconds: what is said in this very one would count as said before the edit.
    tokio::time::sleep(Duration::from_secs(1)).await;
    exchange(customer, OTHER_NAME).await?;
    Ok(())
}

async fn voice_note(customer: &mut Customer) -> Result<()> {
    show::heading("7. The customer sends a voice note: it is heard, and answered");
    show::customer(&format!("(a voice note) {VOICE}"));
    let file = SaidFile { file: Some("voice-he.ogg".to_owned()), ..SaidFile::default() };
    customer.send(&Say { text: None, media: Some(file), ..customer.message("") }).await?;
    let answer = customer.answer().await?;
    show::business(&answer);
    let prompt = customer.prompt_for(VOICE).await?;
    let last = prompt.messages.last().and_then(|last| last["content"].as_str()).unwrap_or_default();
    show::quoted("What the model read of it:", last);
    ensure!(last != VOICE, "the model is not told that a machine heard this");
    Ok(())
}

/// On the phone the customer asks for the price on WhatsApp, which comes, and to be called: the business's voice agent
/// calls when it is due.
async fn called_back(customer: &mut Customer, admin: &Admin, env: &LocalEnv) -> Result<()> {
    show::heading("9. The customer calls: a price on WhatsApp, please, and a call tomorrow at ten");
    allow_actions(admin).await?;
    let (call_me, day) = call_me()?;
    let wishes = [SEND_PRICE, call_me.as_str()];
    wishes.iter().for_each(|text| show::customer(text));
    customer.call(Provider::Retell, &wishes).await?;
    customer.digested(2).await?;
    let desk = Desk::of(env, customer).await?;
    let call = only(&desk, "call").await?;
    show::action(&call);
    let due: Timestamp = call["due_at"].as_str().context("it is never due")?.parse()?;
    let due = due.in_tz("Asia/Jerusalem")?;
    ensure!(call["quote"] == call_me.as_str(), "it is not what the customer asked for: {call}");
    ensure!((due.date(), due.hour(), due.minute()) == (day, 10, 0), "it is not due at ten: {due}");
    ensure!(call["ended"].is_null(), "it is not ten yet, and the call has ended: {call}");
    price_comes(customer, &desk).await.context("the price")?;
    call_comes(customer, &desk, &call).await.context("the call at ten")
}

async fn allow_actions(admin: &Admin) -> Result<()> {
    let number = std::env::var("CALLS_NUMBER").context("CALLS_NUMBER is not set")?;
    let caller = json!({"connection": "calls-retell", "agent": "agent_demo", "number": number});
    // The demo is played at any hour and on any day.
    let never = json!({"from": "00:00", "until": "00:00"});
    for (key, value) in
        [("enable_actions", json!(true)), ("caller", caller), ("quiet_hours", never), ("quiet_days", json!([]))]
    {
        admin.set(key, &value.to_string()).await?;
    }
    // Functions see it when their cache has run out.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(())
}

/// What is to be done by this means, or was: there is one such thing.
async fn only(desk: &Desk, kind: &str) -> Result<Value> {
    let all = desk.ask(Method::GET, "/actions", None).await?;
    let of_kind = all["actions"].as_array().into_iter().flatten().filter(|action| action["kind"] == kind);
    let [action] = of_kind.collect::<Vec<_>>()[..] else { bail!("there is not one {kind} to be done: {all}") };
    Ok(action.clone())
}

async fn price_comes(customer: &mut Customer, desk: &Desk) -> Result<()> {
    let has_ended = async || Ok(Some(only(desk, "message").await?).filter(|message| !message["ended"].is_null()));
    let message = wait::until("the end of what was to be sent", SENT, has_ended).await?;
    show::action(&message);
    ensure!(message["quote"] == SEND_PRICE, "it is not what the customer asked for: {message}");
    ensure!(message["ended"]["end"] == "done", "it was not sent: {message}");
    let answer = customer.answer().await?;
    show::business(&answer);
    ensure!(answer.text.contains(PRICED), "the price is not in it: {}", answer.text);
    Ok(())
}

async fn call_comes(customer: &Customer, desk: &Desk, call: &Value) -> Result<()> {
    show::line("\n  Ten o'clock is moved to now.");
    let path = format!("/actions/{}", call["id"].as_str().unwrap_or_default());
    desk.ask(Method::PATCH, &path, Some(json!({"due_at": clock::now().to_string()}))).await?;
    let placed = customer.rings().await?;
    show::quoted(
        "What the voice agent was told with the call:",
        placed.variables["memory"].as_str().unwrap_or_default(),
    );
    ensure!(placed.variables["customer_name"] == NAME_BY_HAND, "the voice agent does not know whom it calls");
    PICKS_UP.iter().for_each(|text| show::customer(text));
    customer.answers(&placed, &PICKS_UP).await?;
    let lead = customer.digested(3).await?;
    ensure!(lead["state"]["last_channel"] == "call", "the call is not in the memory");
    let ended = only(desk, "call").await?;
    show::action(&ended);
    ensure!(ended["ended"]["end"] == "done", "the call was placed, and the action is not done");
    Ok(())
}

/// What the customer asks for, and the day they mean. After midnight nobody knows which day "tomorrow" is, and a person
/// would be asked; so they would of ten without a part of the day, as no hour is quiet here.
fn call_me() -> Result<(String, Date)> {
    let now = clock::now().in_tz("Asia/Jerusalem")?;
    let (said, day) = if now.hour() < 4 { ("היום", now.date()) } else { ("מחר", now.date().tomorrow()?) };
    Ok((format!("ותתקשרו אליי {said} בעשר בבוקר"), day))
}

async fn second_silence(customer: &Customer, idle: Duration) -> Result<()> {
    show::heading("8. Silence again: the person's word stands, the other one waits beside it");
    let lead = customer.fall_silent(idle).await?;
    show::memory(&lead);
    show::rejected(&lead);
    let field = |name: &str| &lead["memory"]["customer_profile_json"][name];
    ensure!(field("city")["value"] == "רמת גן", "the profile does not hold the city the customer moved to");
    ensure!(field("city")["previous_value"] == "תל אביב", "the city before is not kept");
    ensure!(field("name")["value"] == NAME_BY_HAND, "the AI overwrote the name a person entered");
    let heard = field("notes");
    ensure!(
        heard["value"].as_str().is_some_and(|value| value.contains(HEARD)),
        "what was said in the note is not kept"
    );
    ensure!(heard["confidence"] == "medium", "what a machine heard counts as sure");
    ensure!(is_heard(heard), "the memory does not say that a machine heard it");
    let suggestion = &field("name")["suggestions"][0];
    ensure!(suggestion["value"] == "משה כהן" && suggestion["reason"] == "manual_wins", "no suggestion with its reason");
    let changes = lead["changes"].as_array().map_or(&[][..], Vec::as_slice);
    let logged = changes.iter().any(|change| change["new"] == "משה כהן" && change["reason"] == "manual_wins");
    ensure!(logged, "the change log does not say why the other name was not taken");
    Ok(())
}

pub(crate) async fn exchange(customer: &mut Customer, text: &str) -> Result<Sent> {
    show::customer(text);
    let answer = customer.exchange(text).await?;
    show::business(&answer);
    Ok(answer)
}
