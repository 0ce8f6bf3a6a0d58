//! Deliberate bugs. The simulation must find every one of them: what it cannot find, it does not guard.
//!
//! Without the feature `teeth` there are none: [`has`] is a constant, and nothing of this is left in the program.

/// A deliberate bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "teeth"), expect(unreachable_pub, reason = "public where the feature is on"))]
pub enum Bug {
    /// A claim answers everything that is there, also what came after the model was asked.
    ClaimTakesEverything,
    /// A number is handed out in a commit before its message is stored.
    #[cfg(feature = "teeth")]
    NumberBeforeMessage,
    /// A repeated delivery is taken for a new message.
    #[cfg(feature = "teeth")]
    RepeatIsNew,
    /// A send nobody knows the end of is tried again.
    UnknownSentAgain,
    /// The lease is given back without a look at what came meanwhile.
    ReleaseWithoutLook,
    /// The timer is not set when a message comes in.
    TimerLostAtIngest,
    /// The timer is not moved when an answer was sent.
    TimerNotMoved,
    /// The digest leaves the last message out.
    CutOffByOne,
    /// A digest is written whatever stage the session is at.
    DigestWithoutStage,
    /// A fire closes the session without a look at the silence.
    FireWithoutIdle,
    /// The lease is shorter than a request to the channel, and nobody minds what is on its way.
    LeaseShort,
    /// An answer is claimed while a person answers.
    HumanModeIgnored,
    /// What is older than half a day is answered all the same.
    StaleAnswered,
    /// A late digest replaces a newer summary.
    LateSummaryWins,
    /// The memory moved under a digest, which writes what it had made of the old one.
    MergeNotRepeated,
    /// A status of a send nobody knows the end of is ignored.
    StatusOfUnknownIgnored,
    /// `last_interaction_at` is the time of the last message, however old.
    LastInteractionBack,
    /// A part is sent though the one before was refused.
    PartsAfterRefused,
    /// What an uncertain answer was to is not answered again.
    UncertainNotReopened,
    /// The lease is taken from whoever holds it.
    LeaseUnconditional,
    /// The lease is taken without raising the fence.
    FenceNotRaised,
    /// A repeated delivery of a waiting message is dropped, also under a dead lease.
    RedeliveryDropped,
    /// A part waits for the one before for ever, and so overtakes an answer claimed meanwhile.
    PartsOvertake,
    /// A turn answers what it has read although a person took over and handed back meanwhile.
    HandBackUnseen,
    /// Failed, and then handed on: a status that comes too late is believed.
    LateStatusBelieved,
    /// What waits below the newest page of messages is not looked for.
    BelowThePageUnseen,
    /// What the business must know is struck out before it is told.
    NoticeStruckFirst,
    /// A digest counts as told before it is.
    ToldFirst,
    /// An answer to the old words is claimed although they were edited or taken back.
    EditUnseen,
    /// The messages a turn has read are taken to be as new as the state it read beside them.
    ChangeBetweenReads,
    /// Of two edits the one that arrives last counts.
    LastEditToArriveWins,
    /// A change that comes before its message is forgotten.
    EarlyForgotten,
    /// A digest is written although one of its messages was changed after it was read.
    DigestOfOldWords,
    /// What was taken back is not.
    RevocationIgnored,
    /// The AI answers on although a person of the business does.
    EchoIgnored,
    /// Our own message, echoed, is taken for a person's.
    OwnEchoTakenForPerson,
    /// A customer who asked for a person is answered on by the AI.
    HandoverForgotten,
    /// What a transcript says is as sure as what the customer wrote.
    CallTrusted,
    /// Callers who withhold their number are all one customer.
    WithheldJoined,
    /// A call does not count as an interaction.
    CallUnheard,
    /// The second report of a call is dropped, also where the first held nothing of the customer.
    LaterReportDropped,
    /// A call moves the end of the open session.
    CallMovesSession,
    /// What was written before an erasure is taken in after it.
    ErasedRevived,
    /// A repeated delivery of a message of the merging lead's is stored once more.
    MergingLeadStoredTwice,
    /// What the merging lead still has to say does not hold the newer lead back.
    MergingLeadOvertaken,
    /// What an edit or a revocation is about is not looked for with the merging lead.
    MergingLeadNotAmended,
    /// What the merging lead knows is not seen before it is folded in.
    MergingLeadUnseen,
    /// The merging lead is folded in without its memory.
    MergingLeadForgotten,
    /// Items of the merging lead are taken away before they are put here.
    MovedAndLost,
    /// The merging lead is moved over while it has something to end.
    JoinedWithoutRest,
    /// A status of a message that was moved is looked for where it was sent.
    StatusNotFollowed,
    /// An erasure leaves what was being joined.
    MergingLeadNotErased,
    /// A number that was given up goes on leading to who had it.
    NumberKept,
    /// What was sent under a number before it was given up is nobody's.
    GivenUpForgotten,
}

#[cfg(feature = "teeth")]
mod bite {
    use super::Bug;
    use crate::model::ids::LeadKey;
    use crate::model::write::Write;
    use crate::ports::store::{CommitError, Store};
    use std::cell::Cell;

    thread_local!(static SET: Cell<Option<Bug>> = const { Cell::new(None) });

    /// Makes this thread run with a bug, or with none.
    pub fn set(bug: Option<Bug>) {
        SET.set(bug);
    }

    pub(crate) fn has(bug: Bug) -> bool {
        SET.get() == Some(bug)
    }

    /// What a message comes in with, as a bug has it.
    pub(crate) async fn bent<S: Store>(
        store: &S,
        key: &LeadKey,
        mut items: Vec<Write>,
    ) -> Result<Vec<Write>, CommitError> {
        if !has(Bug::RepeatIsNew) && !has(Bug::NumberBeforeMessage) {
            return Ok(items);
        }
        let place = items.iter().position(|item| matches!(item, Write::Message(_)));
        let Some((at, Write::Message(message))) = place.and_then(|at| Some((at, items.get_mut(at)?))) else {
            return Ok(items);
        };
        let stored = store.message(key, &message.key).await?;
        match stored {
            Some(stored) if has(Bug::RepeatIsNew) => message.version = stored.version + 1,
            None if has(Bug::NumberBeforeMessage) => {
                let message = items.remove(at);
                store.commit(key, items).await?;
                return Ok(vec![message]);
            }
            _ => {}
        }
        Ok(items)
    }
}

#[cfg(feature = "teeth")]
pub use bite::set;
#[cfg(feature = "teeth")]
pub(crate) use bite::{bent, has};

/// Whether this bug is set: never.
#[cfg(not(feature = "teeth"))]
pub(crate) const fn has(_: Bug) -> bool {
    false
}
