//! What the words of the lexicon do, by the headings of the files in `data/`.

/// What a word or phrase does in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Says nothing of its own.
    Polite,
    /// Thanks: what is thanked is there already.
    Thanks,
    /// Who or what a sentence is of: "I", "you", "this".
    Speaker,
    /// "Want", "may I".
    Wish,
    /// "Not", "without", "no more": of what comes next.
    Not,
    /// "Don't": a [`Part::Not`] which, where no subject stands before it, forbids all that comes next.
    Forbids,
    /// A refusal of its own: "no thanks".
    No,
    /// "But": what comes behind it stands for itself.
    Turn,
    /// "So": what comes behind it says nothing of what stands before.
    So,
    /// To start, which says something only with [`Part::Again`] or [`Part::Anew`].
    Start,
    /// "Again", which says something only with [`Part::Start`].
    Again,
    /// "From the beginning": enough as the whole message.
    Anew,
    /// "Reset": enough.
    Reset,
    /// To forget, which says something only with [`Part::All`].
    Forget,
    /// "Everything I said".
    All,
    /// The conversation.
    Chat,
    /// To go on.
    Continue,
    /// A person to talk to: enough.
    Person,
    /// Somebody in charge: to be wished for.
    Official,
    /// Anybody: to be talked to.
    Anyone,
    /// To talk to, to be put through.
    Reach,
    /// What is no person.
    Bot,
    /// "I am fed up".
    Enough,
    /// "Maybe": lowers what is said in its clause.
    Hedge,
    /// "About": lowers the number it stands beside.
    About,
    /// "Up to": the most or the least of the number it stands beside.
    Bound,
    /// "Can I get", "I'd like": a wish of who writes, also as a question.
    Request,
    /// "Send it to", "under the name": what comes behind it is a matter of its own.
    Opens,
    /// "To know if": asks of what comes behind it.
    Whether,
    /// "Just": ends what is denied before it.
    Just,
    /// "Without": of what stands right behind it.
    Without,
    /// "Except": what stands behind it is not so, unless the others are not.
    Except,
    /// What somebody has or eats: "no allergies except …" denies nothing behind it.
    Eats,
    /// "Because": what is denied before it is not what stands behind.
    Because,
    /// What is a doubt of a name, a place or a day, and a request of anything else.
    May,
    /// "About", which ends a request for a person: what stands behind it is what they are to talk of.
    Topic,
    /// "If", "I wish".
    If,
    /// "I used to".
    Past,
    /// "Moved": a place behind a [`Part::From`] is left.
    Moves,
    /// "From", which says something only with [`Part::Moves`].
    From,
    /// "A ticket to", "we saw a flat in": a place behind it is somewhere else.
    Elsewhere,
    /// "Live in", "born", "my number": what stands behind it is told, not asked.
    Stated,
    /// "We were": a number of then.
    Then,
    /// "Cancelled", "joined": a number before it is so no more.
    Changed,
    /// "Not coming": a [`Part::Not`], and a number before it is so no more.
    Absent,
    /// "Can't eat": a [`Part::Not`], unless who says so is allergic to it.
    Avoids,
    /// "Isn't mine": a [`Part::Not`], and a number before it is of nobody any more.
    Disowned,
    /// "Instead of the old one": a [`Part::Not`] only of what stands behind it.
    Behind,
    /// "Never again": a [`Part::Not`] of what stands before it.
    Never,
    /// "Had", "did": what somebody had already.
    Did,
    /// "Last time", "we sat": where somebody was.
    Visit,
    /// "Too", "the same".
    Same,
    /// "Doctor", "your driver": a name behind it is of somebody else.
    Role,
    /// "Actually", which at the end of a clause only stresses it.
    Stress,
    /// Somebody the customer knows.
    Kin,
    /// "You said", "it is written".
    Told,
    /// The business: "do you have", "your branch".
    Yours,
    /// "I mean": what stands before it is taken back.
    Correction,
    /// What introduces a name: "my name is".
    Named,
    /// A street, before or behind its own name.
    Street,
    /// A month.
    Month,
    /// What counts or points at a thing: "some", "the".
    Many,
    /// What a verb follows: "I", "to", "please".
    Verbal,
    /// "In", "after".
    In,
    /// Before a name it greets or thanks somebody else.
    Greeting,
    /// "Here", "speaking": the name before it is of who writes.
    Here,
    /// A word for where: "in", "from".
    At,
    /// What is done something to: "me", "it"; what goes before it is a verb.
    Object,
    /// "Yes" to what was asked.
    Yes,
    /// What somebody is: "tired", "a student".
    State,
    /// Where somebody is that is no town: "in traffic".
    Whereabouts,
    /// "Stop calling me": no more calls, and maybe no messages either.
    Calls,
    /// How much they are: "very".
    Degree,
    /// To be written to no more: enough.
    Unsubscribe,
    /// "Stop": enough as the whole message.
    Stop,
    /// "Quit": a [`Part::Stop`] only of [`Part::Send`] and [`Part::Messages`].
    Cease,
    /// To send messages.
    Send,
    /// Messages that nobody asked for.
    Messages,
    /// To get them.
    Receive,
    /// "Take off", of a [`Part::List`].
    Remove,
    /// The list of those who get messages.
    List,
    /// The number that stands on it.
    Number,
    /// Words that would count alone, and do not together: "no problem".
    Fine,
}

impl Part {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "polite" => Self::Polite,
            "thanks" => Self::Thanks,
            "self" => Self::Speaker,
            "wish" => Self::Wish,
            "not" => Self::Not,
            "forbids" => Self::Forbids,
            "no" => Self::No,
            "turn" => Self::Turn,
            "so" => Self::So,
            "start" => Self::Start,
            "again" => Self::Again,
            "anew" => Self::Anew,
            "reset" => Self::Reset,
            "forget" => Self::Forget,
            "all" => Self::All,
            "chat" => Self::Chat,
            "continue" => Self::Continue,
            "person" => Self::Person,
            "official" => Self::Official,
            "anyone" => Self::Anyone,
            "reach" => Self::Reach,
            "bot" => Self::Bot,
            "enough" => Self::Enough,
            "hedge" => Self::Hedge,
            "about" => Self::About,
            "request" => Self::Request,
            "opens" => Self::Opens,
            "whether" => Self::Whether,
            "just" => Self::Just,
            "without" => Self::Without,
            "except" => Self::Except,
            "eats" => Self::Eats,
            "because" => Self::Because,
            "may" => Self::May,
            "topic" => Self::Topic,
            "if" => Self::If,
            "past" => Self::Past,
            "from" => Self::From,
            "moves" => Self::Moves,
            "elsewhere" => Self::Elsewhere,
            "stated" => Self::Stated,
            "then" => Self::Then,
            "changed" => Self::Changed,
            "avoids" => Self::Avoids,
            "disowned" => Self::Disowned,
            "behind" => Self::Behind,
            "absent" => Self::Absent,
            "never" => Self::Never,
            "did" => Self::Did,
            "visit" => Self::Visit,
            "same" => Self::Same,
            "role" => Self::Role,
            "stress" => Self::Stress,
            "kin" => Self::Kin,
            "told" => Self::Told,
            "yours" => Self::Yours,
            "correction" => Self::Correction,
            "named" => Self::Named,
            "street" => Self::Street,
            "month" => Self::Month,
            "many" => Self::Many,
            "verbal" => Self::Verbal,
            "in" => Self::In,
            "greeting" => Self::Greeting,
            "at" => Self::At,
            "here" => Self::Here,
            "object" => Self::Object,
            "yes" => Self::Yes,
            "state" => Self::State,
            "whereabouts" => Self::Whereabouts,
            "calls" => Self::Calls,
            "bound" => Self::Bound,
            "degree" => Self::Degree,
            "unsubscribe" => Self::Unsubscribe,
            "stop" => Self::Stop,
            "cease" => Self::Cease,
            "send" => Self::Send,
            "messages" => Self::Messages,
            "receive" => Self::Receive,
            "remove" => Self::Remove,
            "number" => Self::Number,
            "list" => Self::List,
            "fine" => Self::Fine,
            _ => return None,
        })
    }

    /// Whether what comes next is not so.
    pub(crate) fn denies(self) -> bool {
        matches!(
            self,
            Self::Not
                | Self::Forbids
                | Self::Except
                | Self::Absent
                | Self::Avoids
                | Self::Behind
                | Self::Disowned
                | Self::Never
        )
    }

    /// Whether it is a thing or a person, which Hebrew and Arabic write together with "the", "to" and "from".
    pub(super) const fn is_noun(self) -> bool {
        matches!(
            self,
            Self::Person
                | Self::Official
                | Self::Anyone
                | Self::Bot
                | Self::Chat
                | Self::All
                | Self::Messages
                | Self::List
                | Self::Number
        )
    }

    /// Whether a misspelt word may still be one of these.
    pub(super) const fn may_be_misspelt(self) -> bool {
        matches!(self, Self::Start | Self::Anew | Self::Reset | Self::All | Self::Person | Self::Unsubscribe)
    }
}
