//! The start of a phone call: what is known of the caller, for a voice agent that has a second to ask.

use super::line::whose;
use crate::identity::merging_lead;
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::ongoing_call::OngoingCall;
use crate::model::write::Memory;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use jiff::Timestamp;
use tracing::info;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::render;
use zikaron_memory::settings::Settings;

/// What stands before a field's name in the name of its variable.
const FIELD: &str = "customer_";

/// What is known of a caller.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recalled {
    /// The memory as the AI is shown it; empty for a stranger.
    pub text: String,
    /// The single values by name, those without a value as empty texts: a prompt may name each of them.
    pub values: Vec<(String, String)>,
    /// The memory as a document (docs/rules.md#a2); none for a stranger.
    pub document: Option<LeadMemory>,
}

impl Recalled {
    /// A caller nobody knows, at a business with these fields.
    #[must_use]
    pub fn stranger(fields: &FieldList) -> Self {
        Self { text: String::new(), values: values(fields, &LeadMemory::default(), None), document: None }
    }

    /// The value of a field; none where it is not known.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&str> {
        let is_meant = |name: &str| name.strip_prefix(FIELD) == Some(field);
        let value = self.values.iter().find(|(name, _)| is_meant(name)).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    /// What a voice agent's prompt may name: the text as `memory`, and the single values.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, String)> {
        std::iter::once(("memory".to_owned(), self.text.clone())).chain(self.values.iter().cloned()).collect()
    }
}

/// What is known of whoever calls. A stranger, a withheld number, a line of nobody and a memory that is switched off
/// all come to the same: nothing. After the alias it is one round trip (one more while two leads are being merged).
/// `block_chars` is the room for [`Recalled::text`]; what is over at `now` is not known any more (docs/rules.md#k1).
///
/// # Errors
/// When the store does not answer.
pub async fn recall<S: Store>(
    store: &S,
    call: &OngoingCall,
    now: Timestamp,
    block_chars: usize,
) -> Result<Recalled, Unavailable> {
    let Some((business, settings, found)) = whose(store, call).await? else {
        return Ok(Recalled::stranger(&FieldList::standard(Language::default())));
    };
    let lead = found.lead().filter(|_| settings.enable_customer_service);
    let Some(lead) = lead else { return Ok(Recalled::stranger(&settings.fields())) };
    recall_lead(store, &LeadKey { business, lead: lead.clone() }, &settings, now, block_chars).await
}

/// What is known of a lead; nothing with the memory switched off.
pub(crate) async fn recall_lead<S: Store>(
    store: &S,
    key: &LeadKey,
    settings: &Settings,
    now: Timestamp,
    block_chars: usize,
) -> Result<Recalled, Unavailable> {
    if !settings.enable_customer_service {
        return Ok(Recalled::stranger(&settings.fields()));
    }
    let (state, memory, merging_leads) = merging_lead::whole(store, key).await?;
    let memory = merging_lead::as_one(&settings.fields(), memory, &merging_leads);
    Ok(known(key, settings, state.as_ref(), memory, now, block_chars))
}

fn known(
    key: &LeadKey,
    settings: &Settings,
    state: Option<&State>,
    memory: Memory,
    now: Timestamp,
    block_chars: usize,
) -> Recalled {
    let fields = settings.fields();
    // The customer chose a fresh start on WhatsApp, and that session is still open (docs/rules.md#e5).
    let fresh = state.and_then(|state| state.session.as_ref()).is_some_and(|open| open.fresh_from.is_some());
    let document = if fresh { memory.document.fresh() } else { memory.document };
    let text = render::block(&document, &fields, settings.language, &settings.zone(), now, block_chars);
    let profile = document.customer_profile_json.as_of(&fields, now);
    let document = LeadMemory { customer_profile_json: profile, ..document };
    info!(
        business = %key.business,
        lead = %key.lead,
        version = memory.version,
        chars = text.as_ref().map_or(0, |text| text.chars().count()),
        fresh,
        "[CUSTOMER-MEMORY] loaded for a call"
    );
    match text {
        Some(text) => Recalled { text, values: values(&fields, &document, state), document: Some(document) },
        None => Recalled::stranger(&fields),
    }
}

fn values(fields: &FieldList, document: &LeadMemory, state: Option<&State>) -> Vec<(String, String)> {
    let profile = &document.customer_profile_json;
    let field = |name: &str| profile.get(name).and_then(|field| field.value()).unwrap_or_default().to_owned();
    let mut values: Vec<_> = fields.iter().map(|spec| (format!("{FIELD}{}", spec.name), field(&spec.name))).collect();
    let at = state.and_then(|state| state.last_interaction_at).map(|at| at.to_string());
    let channel = state.and_then(|state| state.last_channel).map(|channel| channel.as_str().to_owned());
    values.push(("last_summary".to_owned(), document.last_summary.clone().unwrap_or_default()));
    values.push(("last_interaction_at".to_owned(), at.unwrap_or_default()));
    values.push(("last_channel".to_owned(), channel.unwrap_or_default()));
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::{
        Bsuid, BusinessId, ConnectionId, CustomerAddress, E164, LeadId, Line, NumberId, ShownNumber,
    };
    use crate::model::session::{OpenSession, Resume};
    use crate::model::write::Write;
    use crate::testing::in_memory_store::InMemory;
    use zikaron_memory::session::{Channel, SessionId};

    fn business_id() -> BusinessId {
        BusinessId::parse("salon").unwrap()
    }

    fn connection() -> ConnectionId {
        ConnectionId::parse("calls").unwrap()
    }

    fn call(from: &str) -> OngoingCall {
        OngoingCall {
            connection: connection(),
            routes: vec![NumberId::parse("agent-unknown").unwrap(), NumberId::parse("+12025550100").unwrap()],
            business_number: ShownNumber::parse("+12025550100").ok(),
            customer: ShownNumber::parse(from).ok(),
        }
    }

    /// A salon in Israel whose customer +972555000001 has a memory.
    async fn salon(settings: Settings, fresh_from: Option<u64>) -> InMemory {
        let store = InMemory::default();
        store.put_route(Line { connection: connection(), number: call("x").routes[1].clone() }, business_id());
        store.put_settings(business_id(), settings);
        let key = LeadKey { business: business_id(), lead: LeadId::parse("lead").unwrap() };
        let phone = E164::parse("+972555000001").ok();
        let customer = CustomerAddress { bsuid: Bsuid::parse("IL.13491208655302741918").ok(), phone };
        let at = "2026-11-16T08:00:00Z".parse().unwrap();
        let mut state = State::new(customer.clone(), at).next();
        state.record_interaction(at, Channel::Whatsapp);
        state.session = fresh_from.map(|from| OpenSession {
            id: SessionId::new("s"),
            opened_at: at,
            first_sent_at: at,
            last_at: at,
            generation: 0,
            armed: true,
            remembered: 1,
            opened_by: 1,
            resume: Resume::No,
            fresh_from: Some(from),
            confirm_asked: false,
            sent: false,
        });
        let mut memory = Memory { version: 1, ..Memory::default() };
        memory.document.take_summary("רצה תור לבוקר", at, at, Channel::Whatsapp);
        let items = vec![Write::Alias(customer), Write::State(state), Write::Memory(Box::new(memory))];
        store.commit(&key, items).await.unwrap();
        store
    }

    fn on() -> Settings {
        Settings { enable_customer_service: true, country: Country::parse("IL").ok(), ..Settings::default() }
    }

    use zikaron_memory::country::Country;

    fn value<'a>(recalled: &'a Recalled, name: &str) -> Option<&'a str> {
        recalled.values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    #[tokio::test]
    async fn a_caller_known_from_whatsapp_is_known_by_any_spelling_of_the_number() {
        let store = salon(on(), None).await;
        let numbers =
            ["+972555000001", "055-500-0001", "00972 55 500 0001", "\"Dana <3\" <sip:0555000001@pbx.example>"];
        let ids = ["IL.13491208655302741918", "whatsapp:IL.13491208655302741918", "<sip:IL.13491208655302741918@x>"];
        for from in numbers.into_iter().chain(ids) {
            let recalled = recall(&store, &call(from), Timestamp::UNIX_EPOCH, 6_000).await.unwrap();
            assert!(recalled.text.contains("רצה תור לבוקר"), "{from}: {}", recalled.text);
            assert_eq!(value(&recalled, "last_channel"), Some("whatsapp"));
            assert_eq!(value(&recalled, "last_interaction_at"), Some("2026-11-16T08:00:00Z"));
            assert_eq!(value(&recalled, "customer_name"), Some(""), "known to be unknown");
        }
    }

    #[tokio::test]
    async fn a_stranger_a_withheld_number_and_a_line_of_nobody_are_answered_with_nothing() {
        let store = salon(on(), None).await;
        let elsewhere = OngoingCall { routes: vec![NumberId::parse("1").unwrap()], ..call("+972555000001") };
        let other = OngoingCall { connection: ConnectionId::parse("other").unwrap(), ..call("+972555000001") };
        for call in [call("+972555000002"), call("anonymous"), call("12"), elsewhere, other] {
            let recalled = recall(&store, &call, Timestamp::UNIX_EPOCH, 6_000).await.unwrap();
            assert_eq!((recalled.text.as_str(), &recalled.document), ("", &None), "{call:?}");
            assert!(!recalled.values.is_empty() && recalled.values.iter().all(|(_, value)| value.is_empty()));
        }
    }

    #[tokio::test]
    async fn a_number_that_may_be_two_in_the_country_of_the_business_is_nobodys_when_a_call_starts_too() {
        let store = salon(on(), None).await;
        let key = LeadKey { business: business_id(), lead: LeadId::parse("tokyo").unwrap() };
        let customer = CustomerAddress { bsuid: None, phone: E164::parse("+819012345678").ok() };
        let at = "2026-11-16T08:00:00Z".parse().unwrap();
        let mut memory = Memory { version: 1, ..Memory::default() };
        memory.document.take_summary("רצה תור לבוקר", at, at, Channel::Call);
        let state = Write::State(State::new(customer.clone(), at).next());
        store.commit(&key, vec![Write::Alias(customer), state, Write::Memory(Box::new(memory))]).await.unwrap();
        // The carrier 008 and a number of North America, or 00 and one of Japan: in Israel only the latter.
        for (country, is_known) in [("TH", false), ("IL", true)] {
            store.put_settings(business_id(), Settings { country: Country::parse(country).ok(), ..on() });
            let recalled = recall(&store, &call("0081 90 1234 5678"), Timestamp::UNIX_EPOCH, 6_000).await.unwrap();
            assert_eq!(!recalled.text.is_empty(), is_known, "{country}");
        }
    }

    #[tokio::test]
    async fn with_the_memory_switched_off_nothing_is_recalled() {
        let store = salon(Settings { enable_customer_service: false, ..on() }, None).await;
        assert_eq!(recall(&store, &call("+972555000001"), Timestamp::UNIX_EPOCH, 6_000).await.unwrap().text, "");
    }

    #[tokio::test]
    async fn a_fresh_start_on_whatsapp_holds_for_the_call_too() {
        let store = salon(on(), Some(3)).await;
        let recalled = recall(&store, &call("+972555000001"), Timestamp::UNIX_EPOCH, 6_000).await.unwrap();
        assert!(!recalled.text.contains("רצה תור"), "{}", recalled.text);
        assert_eq!(value(&recalled, "last_summary"), Some(""));
    }
}
