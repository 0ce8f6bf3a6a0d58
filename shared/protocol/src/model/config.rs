//! The protocol's own times and bounds. Those a business may change are in its settings.

use jiff::SignedDuration;

/// Times and bounds of the protocol.
#[derive(Clone, Debug)]
pub struct Config {
    /// Silence after which a session ends (docs/rules.md#c2; deployment parameter).
    pub idle: SignedDuration,
    /// A schedule is never made for a time nearer than this: the scheduler refuses the past.
    pub timer_lead: SignedDuration,
    /// How long one turn may hold a lead. It covers the burst wait (10 s), the model's deadline (20 s) and the reads
    /// between them; renewed when a turn starts over and by the claim.
    pub lease: SignedDuration,
    /// How long voice notes are listened to and pictures fetched, counted from when a turn begins to read: beside the
    /// burst wait, and with it before the model's deadline within the lease.
    pub hearing: SignedDuration,
    /// A sound of more bytes is not fetched: half an hour of a voice note. Of the 16 MB that
    /// [WhatsApp](https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media) takes not all are, for four are
    /// held at once, each a second time in the form a transcriber is sent, in a function of 128 MB.
    pub sound_bytes: usize,
    /// So many pictures of one turn the model is shown, the newest (docs/rules.md#p5) …
    pub pictures: usize,
    /// … of so many bytes together: what fits, a third longer in Base64, into the 4 MB that
    /// [Groq](https://console.groq.com/docs/vision) takes of one request, the least of all endpoints.
    pub picture_bytes: usize,
    /// How long a send may take. A send starts only while the lease reaches beyond this.
    pub send_deadline: SignedDuration,
    /// How long a request of another, perhaps dead, process may still be on its way: a lease from its claim, and as
    /// much as two machines' clocks may differ. Nothing else is sent to that customer meanwhile.
    pub in_flight: SignedDuration,
    /// A message older than this on arrival is not answered any more (docs/rules.md#j1).
    pub stale_after: SignedDuration,
    /// A send without a status for this long is uncertain (docs/rules.md#j2).
    pub uncertain_after: SignedDuration,
    /// How long the sweep leaves alone what somebody may be working on: a burst, a schedule that fires late, a digest.
    pub sweep_grace: SignedDuration,
    /// A session closed for this long without a digest is a person's to look at (docs/rules.md#c6).
    pub digest_overdue: SignedDuration,
    /// After this long one invocation starts no further turn; the event is delivered again.
    pub invocation_budget: SignedDuration,
    /// How many messages the model is shown at least (docs/rules.md#f1) …
    pub conversation: usize,
    /// … and at most, where more wait for an answer.
    pub turn_most: usize,
    /// How many messages a turn reads at first, beside those that wait: the conversation, and as much again for what is
    /// no part of it. Only where that is not enough it reads as many as it may be shown.
    pub page: usize,
    /// How much of the system prompt the memory may take, in characters.
    pub block_chars: usize,
    /// How often one step is tried again after somebody else wrote first.
    pub attempts: u32,
    /// How often newer messages make a turn start over before it answers anyway.
    pub supersedes: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            idle: SignedDuration::from_secs(900),
            timer_lead: SignedDuration::from_secs(60),
            lease: SignedDuration::from_secs(40),
            hearing: SignedDuration::from_secs(18),
            sound_bytes: 5 * 1024 * 1024,
            pictures: 3,
            picture_bytes: 2_900_000,
            send_deadline: SignedDuration::from_secs(16),
            in_flight: SignedDuration::from_secs(40 + 300),
            stale_after: SignedDuration::from_hours(12),
            uncertain_after: SignedDuration::from_mins(10),
            sweep_grace: SignedDuration::from_mins(3),
            digest_overdue: SignedDuration::from_hours(24),
            invocation_budget: SignedDuration::from_secs(90),
            conversation: 12,
            turn_most: 50,
            page: 24,
            block_chars: 6_000,
            attempts: 30,
            supersedes: 2,
        }
    }
}
