//! The digest: a closed session or a phone call becomes a summary, a note and changes of the profile, by one request to
//! the model and one commit.
//!
//! Two digests of one session may both ask the model; the session's stage lets only one of them write.

use super::announce::{changes, publish_session_end};
use super::material::Material;
use super::outcome::EndError;
use super::{commitments, forget, postpone};
use crate::model::action::LATEST;
use crate::model::conversation::Speaker;
use crate::model::figures::conversation::tokens;
use crate::model::figures::{Tally, counts, learnt, standing};
use crate::model::ids::LeadKey;
use crate::model::session::{Closed, Session, Stage};
use crate::model::usage::Usage;
use crate::model::write::{Memory, Write};
use crate::ports::bundle::Ports;
use crate::ports::clock::Clock;
use crate::ports::model::{DigestRequest, MAX_CLAIMS, Model};
use crate::ports::store::{ConflictingItem, Store};
use crate::retry::{Attempt, Committed, commit_with, update};
use crate::session::outcome::Digested;
use futures_util::future::{try_join, try_join3};
use jiff::{SignedDuration, Timestamp};
use tracing::info;
use zikaron_memory::action::commitment::{self, Judged};
use zikaron_memory::evidence::{self, Checked};
use zikaron_memory::field::FieldList;
use zikaron_memory::merge::{Verdict, merge};
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::Confidence;
use zikaron_memory::session::Channel;
use zikaron_memory::summary;
use zikaron_memory::zone::Zone;

/// How many changes one commit writes: a transaction holds 100 items.
const MAX_CHANGES: usize = 80;

/// Digests a session. None when somebody wrote it meanwhile: it is digested already, or one of its messages was edited
/// or taken back, and what was read does not stand any more.
pub(super) async fn digest<P: Ports>(p: &P, key: &LeadKey, session: Session) -> Result<Attempt<Digested>, EndError> {
    let Some(closed) = session.closed.clone() else { return Ok(Attempt::Done(Digested::Nothing)) };
    let (settings, memory, material) =
        try_join3(p.store().settings(&key.business), p.store().memory(key), Material::read(p, key, &session, &closed))
            .await?;
    let (session, memory) = if session.changed_at.is_some() {
        if is_being_merged(p, key).await? {
            return postpone::postpone(p, key, session, "a lead is being merged").await.map(Attempt::Done);
        }
        let forgotten = forget::forget(p, key, session, &closed, &settings.fields(), memory).await?;
        let Some(stands) = forgotten else { return Ok(Attempt::Raced) };
        stands
    } else {
        (session, memory)
    };
    let zone = settings.zone();
    let Some(material) = material else { return nothing_said(p, key, session, None, &zone).await };
    let known = &memory.document.customer_profile_json;
    let base = material.tally(&session, known);
    let fields = settings.fields();
    let transcript = material.transcript(settings.language);
    if !transcript.iter().any(|utterance| utterance.speaker == Speaker::Customer) {
        return nothing_said(p, key, session, Some(base), &zone).await;
    }
    // As it was when the conversation ended: what was old then is worth hearing again.
    let ended_at = closed.last_at;
    // A conversation long past, such as an imported one, leaves nothing to be done.
    let commitments = settings.enable_actions && p.clock().now() <= ended_at + LATEST;
    let request = DigestRequest {
        language: settings.language,
        fields: fields.clone(),
        profile: known.as_of(&fields, ended_at),
        to_confirm: known.to_confirm(&fields, ended_at).into_iter().map(str::to_owned).collect(),
        commitments,
        zone: zone.clone(),
        transcript,
    };
    let mut digest = match p.model().digest(&request).await {
        Ok(digest) => digest,
        Err(error) => return postpone::unusable(p, key, session, error.usage(), &error.to_string()).await,
    };
    let Some(text) = digest.summary.as_deref().and_then(|raw| summary::clean(raw, settings.language)) else {
        return postpone::unusable(p, key, session, digest.usage, "the model wrote no summary").await;
    };
    digest.patch.truncate(MAX_CLAIMS);
    let said = material.said();
    let mut checked = evidence::check(&fields, &said, &session.id, &digest.patch, cap(session.channel()), &zone);
    checked.add_given(&fields, &session.id, material.given());
    // What is told late, or imported, was not due before it was known of.
    let due = due(&closed, session.channel(), p.config().idle).max(session.opened_at);
    let due = session.changed_at.unwrap_or(due);
    let base = base.with(&standing::age(known, &fields, closed.last_at)).with(&tokens(digest.usage));
    let spent = session.spent.and(digest.usage);
    let claimed = if commitments { digest.commitments.as_slice() } else { &[] };
    let judged = commitment::judge(&said, claimed, &settings);
    let actions = commitments::actions(p, key, &session, &judged, p.clock().now()).await?;
    write(p, key, session, memory, &Learnt { fields, text, checked, actions, base, spent, due, zone }).await
}

/// Whether the memory of another lead is still to be folded in, with what was learnt of the session there.
async fn is_being_merged<P: Ports>(p: &P, key: &LeadKey) -> Result<bool, EndError> {
    Ok(p.store().state(key).await?.is_some_and(|state| !state.joining.is_empty()))
}

/// There is nothing to remember: the customer took back everything they wrote, or the call is past its retention.
async fn nothing_said<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: Session,
    tally: Option<Tally>,
    zone: &Zone,
) -> Result<Attempt<Digested>, EndError> {
    let retry_at = session.unpublished_changes.as_ref().map(|_| p.clock().now());
    let ended_at = session.closed.as_ref().map_or_else(|| p.clock().now(), |closed| closed.last_at);
    let (counted, count) = match tally {
        Some(tally) => {
            let (counted, count) = counts::counted(&session, tally, ended_at, zone);
            (Some(counted), count)
        }
        // Of a call past its retention nobody knows more than was counted.
        None => (session.counted.clone(), None),
    };
    let done = Session {
        version: session.version + 1,
        stage: Stage::Digested,
        retry_at,
        changed_at: None,
        counted,
        ..session.clone()
    };
    let gone = commitments::actions(p, key, &session, &Judged::default(), p.clock().now()).await?;
    let items = [Write::Session(done.clone())].into_iter().chain(count);
    let items = items.chain(gone.items()).collect();
    if let Committed::Raced(_) = commit_with(p.store(), key, items, gone.items_elsewhere()).await? {
        return Ok(Attempt::Raced);
    }
    if done.unpublished_changes.is_some() {
        publish_session_end(p, key, done).await?;
    }
    commitments::follow_up(p, key, gone).await?;
    Ok(Attempt::Done(Digested::Nothing))
}

/// How sure a value can be at most: what was transcribed is unsure of names (docs/rules.md#d3).
fn cap(channel: Channel) -> Confidence {
    match channel {
        Channel::Whatsapp => Confidence::High,
        Channel::Call => Confidence::Medium,
    }
}

/// What the digest found, whatever the memory is by the time it is written.
struct Learnt {
    fields: FieldList,
    text: String,
    checked: Checked,
    /// What is to be done, and what is called off.
    actions: commitments::Agreed,
    /// What the session is counted as, apart from what this digest makes of it.
    base: Tally,
    /// What it used, with those that were written before it.
    spent: Usage,
    /// When the digest was due.
    due: Timestamp,
    /// The business's time zone.
    zone: Zone,
}

/// When the digest of what ended so is due, where it was not changed since.
fn due(closed: &Closed, channel: Channel, idle: SignedDuration) -> Timestamp {
    match channel {
        Channel::Whatsapp => closed.last_at + idle,
        Channel::Call => closed.last_at,
    }
}

async fn write<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: Session,
    mut memory: Memory,
    learnt: &Learnt,
) -> Result<Attempt<Digested>, EndError> {
    let written = update!(p.clock(), p.config().attempts, |_| {
        let now = p.clock().now();
        let (done, items, verdicts) = digested(&session, &memory, learnt, now);
        match commit_with(p.store(), key, items, learnt.actions.items_elsewhere()).await? {
            Committed::Yes => {
                log(key, &done, learnt, &verdicts);
                return Ok(Attempt::Done(Wrote::Yes(Box::new(done))));
            }
            // Only the memory changed (staff corrected something): merge again, without asking the model again.
            Committed::Raced(ConflictingItem::Memory) => memory = p.store().memory(key).await?,
            Committed::Raced(ConflictingItem::State) => {
                let (state, fresh) = try_join(p.store().state(key), p.store().memory(key)).await?;
                if state.is_none() {
                    return Ok(Attempt::Done(Wrote::NoLead));
                }
                memory = fresh;
            }
            Committed::Raced(_) => return Ok(Attempt::Done(Wrote::SessionMoved)),
        }
        Ok::<_, EndError>(Attempt::Raced)
    });
    match written? {
        Wrote::Yes(done) => {
            publish_session_end(p, key, *done).await?;
            commitments::follow_up(p, key, learnt.actions.clone()).await?;
            Ok(Attempt::Done(Digested::Written))
        }
        Wrote::NoLead => Ok(Attempt::Done(Digested::Nothing)),
        Wrote::SessionMoved => Ok(Attempt::Raced),
    }
}

/// How writing a digest ended.
enum Wrote {
    /// It stands; the session as it was written.
    Yes(Box<Session>),
    /// The lead is gone.
    NoLead,
    /// What the digest was made of does not stand any more.
    SessionMoved,
}

fn digested(
    session: &Session,
    memory: &Memory,
    learnt: &Learnt,
    now: Timestamp,
) -> (Session, Vec<Write>, Vec<Verdict>) {
    let ended_at = session.closed.as_ref().map_or(now, |closed| closed.last_at);
    let mut document = memory.document.clone();
    let offered = learnt.checked.offers(&learnt.fields, &document.customer_profile_json);
    let merged = merge(&learnt.fields, &document.customer_profile_json, &offered);
    let dropped = learnt.checked.dropped.iter();
    let dropped = dropped.map(|dropped| dropped.verdict(&document.customer_profile_json, &session.id, ended_at));
    let mut verdicts = merged.verdicts;
    verdicts.extend(dropped);
    document.customer_profile_json = merged.profile;
    document.take_summary(learnt.text.clone(), ended_at, now, session.channel());
    let kind = match session.channel() {
        Channel::Whatsapp => NoteKind::ConversationSummary,
        Channel::Call => NoteKind::CallSummary,
    };
    let note = Note { id: session.id.to_string(), kind, text: learnt.text.clone(), at: ended_at };
    document.add_note(note.clone());
    let tally = learnt.base.with(&learnt::candidates(&verdicts)).with(&learnt::lag(learnt.due, now));
    let tally = tally.with(&standing::covered(&document.customer_profile_json));
    let (counted, count) = counts::counted(session, tally, ended_at, &learnt.zone);
    let accepted = verdicts.iter().filter(|verdict| verdict.accepted).map(|verdict| verdict.field.clone());
    let mut changed: Vec<String> = session.unpublished_changes.clone().unwrap_or_default();
    changed.extend(accepted);
    let done = Session {
        version: session.version + 1,
        stage: Stage::Digested,
        // The end is published at once; the sweep looks after it from here on.
        retry_at: Some(now),
        unpublished_changes: Some(changed),
        changed_at: None,
        counted: Some(counted),
        spent: learnt.spent,
        ..session.clone()
    };
    let now_stands = counts::standing(memory, &document);
    let mut items =
        vec![Write::Session(done.clone()), Write::Memory(Box::new(memory.next(document))), Write::Note(note)];
    items.extend(count.into_iter().chain(now_stands));
    items.extend(learnt.actions.items());
    items.extend(changes(&verdicts).take(MAX_CHANGES).cloned().map(Write::Change));
    (done, items, verdicts)
}

fn log(key: &LeadKey, session: &Session, learnt: &Learnt, verdicts: &[Verdict]) {
    let accepted = verdicts.iter().filter(|verdict| verdict.accepted).count();
    let dropped = learnt.checked.dropped.len();
    let reasons: Vec<_> = verdicts.iter().map(|verdict| verdict.reason).collect();
    let counted = |name: &str| session.counted.as_ref().map_or(0, |counted| counted.tally.get(name));
    info!(
        business = %key.business,
        lead = %key.lead,
        session = %session.id,
        channel = session.channel().as_str(),
        metric.summaries = 1,
        metric.candidates_accepted = accepted,
        metric.candidates_rejected = verdicts.len() - accepted - dropped,
        metric.candidates_dropped = dropped,
        metric.conversations = counted("conversations"),
        metric.ai_alone = counted("ai_alone"),
        metric.handed_over = counted("handed_over"),
        metric.answers = counted("answers"),
        metric.answers_used = counted("used"),
        metric.returning = counted("returning"),
        metric.named = counted("named"),
        metric.ai_written = counted("ai_written"),
        metric.digest_lag_s = session.retry_at.map_or(0, |now| now.duration_since(learnt.due).as_secs().max(0)),
        ?reasons,
        summary_chars = learnt.text.chars().count(),
        "[CUSTOMER-MEMORY] merged"
    );
}
