//! Whoever stands behind the webhook: it takes what is signed with the secret it believes in, unless it is down, refuses,
//! or loses its answer.

use super::process::Process;
use zikaron_protocol::model::webhook::Outcome;
use zikaron_protocol::ports::{Post, Receiver, Unavailable};

impl Receiver for Process {
    async fn post(&self, post: Post<'_>) -> Result<Outcome, Unavailable> {
        self.call("post", async { self.received(&post) }).await
    }
}

impl Process {
    fn received(&self, post: &Post<'_>) -> Outcome {
        let world = &self.world;
        let (is_down, rates) = (world.is_down(), world.rates);
        world.live().posted_at = Some(post.at);
        if !post.secrets.contains(&world.live().trusted) {
            world.broken(
                "every post is signed with what the receiver believes in",
                format!("{}: {:?}", post.id, post.secrets),
            );
        }
        let mut live = world.live();
        let outcome = if is_down || live.strikes(rates.refused) {
            if live.chance.is(0.5) { Outcome::Answered(503) } else { Outcome::Unreachable }
        } else {
            *live.taken.entry(post.id.clone()).or_default() += 1;
            if live.strikes(rates.lost) {
                Outcome::TimedOut
            } else {
                live.answered_at = Some(post.at);
                Outcome::Answered(204)
            }
        };
        drop(live);
        world.trace(|| format!("#{} posts {}: {outcome:?}", self.number, post.id));
        outcome
    }
}
