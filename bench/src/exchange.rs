//! One message and its answer: what the exchange took, and what of that the functions' peers took.

use crate::calls::{Call, Peer, busy, trips};
use crate::instance::{Instance, Invocation};
use crate::peers::Peers;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What an exchange took.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) webhook: Invocation,
    pub(crate) reply: Invocation,
    pub(crate) calls: Vec<Call>,
}

impl Exchange {
    /// From the webhook's POST to the POST that answers the customer; the bus between them takes no time here.
    pub(crate) fn critical(&self) -> Result<Duration> {
        Ok(self.webhook.took + (self.sent()? - self.reply.began))
    }

    /// For how much of that at least one peer had a request in hand.
    pub(crate) fn peers(&self) -> Result<Duration> {
        let sent = self.sent()?;
        let posted = self.webhook.began + self.webhook.took;
        let within = |from: Instant, to: Instant| {
            let waited = self.calls.iter().filter(|call| call.peer != Peer::Typing);
            busy(waited.map(|call| (call.began.clamp(from, to), call.ended.clamp(from, to))))
        };
        Ok(within(self.webhook.began, posted) + within(self.reply.began, sent))
    }

    /// The calls that wait for each other, and the customer for them: the webhook's and reply's. Of several at the same
    /// time only the one with the most bytes.
    fn chained(&self) -> Result<[Vec<&Call>; 2]> {
        let sent = self.sent()?;
        let mut calls: Vec<&Call> =
            self.calls.iter().filter(|call| call.peer != Peer::Typing && call.began <= sent).collect();
        calls.sort_by_key(|call| call.began);
        let (mut chain, mut until): (Vec<&Call>, _) = (Vec::new(), None);
        for call in calls {
            match chain.last_mut() {
                Some(last) if until.is_some_and(|until| call.began < until) => {
                    if call.request_bytes + call.answer_bytes > last.request_bytes + last.answer_bytes {
                        *last = call;
                    }
                }
                _ => chain.push(call),
            }
            until = until.max(Some(call.ended));
        }
        let (webhook, reply) = chain.into_iter().partition(|call| call.began < self.reply.began);
        Ok([webhook, reply])
    }

    /// The same bytes, one request after the other, sent by a function that does nothing else: how long that took from
    /// the first invocation to the last request, without what the peer had in hand.
    pub(crate) async fn replayed(&self, peers: &Peers, bare: &Instance) -> Result<Duration> {
        let [webhook, reply] = self.chained()?;
        let play = async |calls: &[&Call]| {
            let traffic: Vec<Value> =
                calls.iter().map(|call| json!({"send": call.request_bytes, "receive": call.answer_bytes})).collect();
            bare.invoke(&json!({"to": format!("{}/bytes", peers.url), "calls": traffic})).await
        };
        peers.take_calls();
        let (webhook, reply) = (play(&webhook).await?, play(&reply).await?);
        let calls = peers.take_calls();
        let sent = calls.iter().map(|call| call.began).max().context("nothing was sent")?;
        let busy = busy(calls.iter().map(|call| (call.began, call.ended.min(sent))));
        Ok((webhook.took + (sent - reply.began)).saturating_sub(busy))
    }

    /// Round trips that wait for each other: from the bus to the question to the model, and from its answer on.
    pub(crate) fn trips(&self) -> Result<(usize, usize)> {
        let asked = self.call(Peer::Model)?.began;
        let waited = |call: &&Call| !matches!(call.peer, Peer::Model | Peer::Typing) && call.began > self.reply.began;
        let (before, after): (Vec<Call>, Vec<Call>) =
            self.calls.iter().filter(waited).cloned().partition(|call| call.began < asked);
        Ok((trips(&before), trips(&after)))
    }

    /// When the answer to the customer was posted.
    fn sent(&self) -> Result<Instant> {
        Ok(self.call(Peer::Graph)?.began)
    }

    fn call(&self, peer: Peer) -> Result<&Call> {
        self.calls.iter().find(|call| call.peer == peer).with_context(|| format!("{peer:?} was not called"))
    }
}
