//! The cases. A count of four is one call with its three attempts and one attempt more: the SDK alone does not ride it
//! out.

use crate::case::{Case, When};
use crate::fault::{Effect, Fault};
use crate::killing::Moment;
use crate::verdict::End;
use Effect::{Dropped, Error500, Late, ReplyLost, Throttled};
use When::{First, Next, Return, SessionEnd};
use zikaron_simulator::{FaultStep, FileFault, Step};

/// Those that hit everybody come first, one after the other.
pub(crate) fn all() -> Vec<Case> {
    let mut all = kills();
    all.extend(table());
    all.extend(messaging());
    all.extend(whatsapp());
    all.extend(model());
    all.extend(transcriber());
    all.extend(files());
    all
}

fn kills() -> Vec<Case> {
    let kill = |name, when, moment, end| Case { name, when, fault: Fault::Kill(moment), end };
    vec![
        kill("kill: every function, every 0.3 s for 6 s", Next, Moment::Always, End::Answered),
        kill("kill: reply in the burst wait", Next, Moment::BurstWait, End::Answered),
        kill("kill: reply in the model call", Next, Moment::ModelCall, End::Answered),
        kill("kill: reply in the model call, unknown customer", First, Moment::ModelCall, End::Answered),
        kill("kill: reply while it hears a voice note", Next, Moment::Hearing, End::Answered),
        kill("kill: reply between send and record", Next, Moment::BeforeRecord, End::Answered),
        kill("kill: reply between send and record, no status", Next, Moment::BeforeRecordWithoutStatus, End::Uncertain),
        kill("kill: summarizer in the model call", SessionEnd, Moment::DigestCall, End::Answered),
        aws("secrets: GetSecretValue throttled", Next, "secretsmanager", "GetSecretValue", Throttled, 6),
        aws("secrets: GetSecretValue 500", Next, "secretsmanager", "GetSecretValue", Error500, 6),
        aws("secrets: GetSecretValue reply lost", Next, "secretsmanager", "GetSecretValue", ReplyLost, 6),
    ]
}

fn aws(
    name: &'static str,
    when: When,
    service: &'static str,
    operation: &'static str,
    effect: Effect,
    times: u64,
) -> Case {
    Case { name, when, fault: Fault::Aws { service, operation, effect, times }, end: End::Answered }
}

fn table() -> Vec<Case> {
    let dynamo = |name, when, operation, effect, times| aws(name, when, "dynamodb", operation, effect, times);
    vec![
        dynamo("table: BatchGetItem throttled, unknown customer", First, "BatchGetItem", Throttled, 4),
        dynamo("table: GetItem throttled", Next, "GetItem", Throttled, 4),
        dynamo("table: GetItem 500", Next, "GetItem", Error500, 4),
        dynamo("table: GetItem reply lost", Next, "GetItem", ReplyLost, 4),
        dynamo("table: GetItem dropped", Next, "GetItem", Dropped, 7),
        dynamo("table: BatchGetItem throttled", Next, "BatchGetItem", Throttled, 4),
        dynamo("table: BatchGetItem 500", Next, "BatchGetItem", Error500, 4),
        dynamo("table: BatchGetItem reply lost", Next, "BatchGetItem", ReplyLost, 4),
        dynamo("table: Query throttled", Next, "Query", Throttled, 4),
        dynamo("table: Query 500", Next, "Query", Error500, 7),
        dynamo("table: Query reply lost", Next, "Query", ReplyLost, 4),
        dynamo("table: PutItem throttled", Next, "PutItem", Throttled, 4),
        dynamo("table: PutItem 500", Next, "PutItem", Error500, 4),
        dynamo("table: PutItem reply lost", Next, "PutItem", ReplyLost, 1),
        dynamo("table: TransactWriteItems throttled", Next, "TransactWriteItems", Throttled, 4),
        dynamo("table: TransactWriteItems 500", Next, "TransactWriteItems", Error500, 4),
        dynamo("table: TransactWriteItems dropped", Next, "TransactWriteItems", Dropped, 7),
        dynamo("table: TransactWriteItems reply lost once", Next, "TransactWriteItems", ReplyLost, 1),
        dynamo("table: TransactWriteItems reply lost", Next, "TransactWriteItems", ReplyLost, 4),
        dynamo("table: TransactWriteItems reply lost, unknown customer", First, "TransactWriteItems", ReplyLost, 4),
        dynamo("table: TransactWriteItems carried out late", Next, "TransactWriteItems", Late, 3),
        dynamo(
            "table: TransactWriteItems throttled for two of Lambda's tries",
            Next,
            "TransactWriteItems",
            Throttled,
            7,
        ),
        dynamo("table: TransactWriteItems reply lost, digest", SessionEnd, "TransactWriteItems", ReplyLost, 4),
        dynamo("table: Query throttled, digest", SessionEnd, "Query", Throttled, 4),
    ]
}

fn messaging() -> Vec<Case> {
    vec![
        aws("bus: PutEvents throttled", Next, "events", "PutEvents", Throttled, 4),
        aws("bus: PutEvents 500", First, "events", "PutEvents", Error500, 4),
        aws("bus: PutEvents reply lost", Next, "events", "PutEvents", ReplyLost, 4),
        aws("scheduler: CreateSchedule throttled", Return, "scheduler", "CreateSchedule", Throttled, 4),
        aws("scheduler: CreateSchedule 500", Return, "scheduler", "CreateSchedule", Error500, 4),
        aws("scheduler: CreateSchedule reply lost", Return, "scheduler", "CreateSchedule", ReplyLost, 3),
        aws("scheduler: UpdateSchedule throttled", Next, "scheduler", "UpdateSchedule", Throttled, 3),
        aws("scheduler: UpdateSchedule 500", Next, "scheduler", "UpdateSchedule", Error500, 3),
        aws("scheduler: UpdateSchedule reply lost", Next, "scheduler", "UpdateSchedule", ReplyLost, 3),
    ]
}

fn whatsapp() -> Vec<Case> {
    let graph = |name, steps, end| Case { name, when: Next, fault: Fault::Graph(steps), end };
    let error = |status, code, accept| FaultStep { accept, status: Some(status), code, ..FaultStep::default() };
    let usual = FaultStep::default;
    let statuses = |all: &[&str]| Some(all.iter().map(|&status| status.to_owned()).collect());
    let cut = FaultStep { cut: true, ..usual() };
    let slow = FaultStep { delay_ms: 20_000, ..usual() };
    let silent = FaultStep { cut: true, statuses: statuses(&[]), ..usual() };
    vec![
        graph("WhatsApp: answer lost after acceptance", vec![cut.clone()], End::Answered),
        graph("WhatsApp: answer later than anybody waits", vec![slow], End::Answered),
        graph("WhatsApp: answer lost, no status", vec![silent], End::Uncertain),
        graph(
            "WhatsApp: answer lost, statuses half a minute late",
            vec![FaultStep { statuses_delay_ms: 30_000, ..cut }],
            End::Answered,
        ),
        graph(
            "WhatsApp: statuses faster than the answer",
            vec![FaultStep { delay_ms: 3_000, ..usual() }],
            End::Answered,
        ),
        graph("WhatsApp: 500, accepted", vec![error(500, 2, true)], End::Answered),
        graph("WhatsApp: 500, not accepted", vec![error(500, 2, false)], End::Uncertain),
        graph("WhatsApp: code 1, accepted", vec![error(400, 1, true)], End::Answered),
        graph("WhatsApp: code 131000, accepted", vec![error(500, 131_000, true)], End::Answered),
        graph("WhatsApp: code 130429 once", vec![error(429, 130_429, false)], End::Answered),
        graph("WhatsApp: code 131056 three times", vec![error(400, 131_056, false); 3], End::Answered),
        graph("WhatsApp: code 131047", vec![error(400, 131_047, false)], End::Refused),
        graph("WhatsApp: code 131026", vec![error(400, 131_026, false)], End::Refused),
        graph(
            "WhatsApp: statuses doubled",
            vec![FaultStep { statuses: statuses(&["sent", "sent", "delivered", "delivered"]), ..usual() }],
            End::Answered,
        ),
        graph(
            "WhatsApp: statuses in the wrong order",
            vec![FaultStep { statuses: statuses(&["read", "delivered", "sent"]), ..usual() }],
            End::Answered,
        ),
        graph("WhatsApp: no status", vec![FaultStep { statuses: statuses(&[]), ..usual() }], End::Answered),
    ]
}

fn model() -> Vec<Case> {
    let reply = |name, steps| Case { name, when: Next, fault: Fault::Replies(steps), end: End::Answered };
    let digest = |name, steps| Case { name, when: SessionEnd, fault: Fault::Digests(steps), end: End::Answered };
    let slow = |seconds: u64| Step { delay_ms: seconds * 1_000, ..Step::default() };
    let garbage = Step { garbage: true, ..Step::default() };
    vec![
        reply("model: 429 twice", vec![Step::error(429); 2]),
        reply("model: 500 for all of Lambda's tries", vec![Step::error(500); 3]),
        reply("model: slower than its deadline", vec![slow(25)]),
        reply("model: garbage twice", vec![garbage.clone(); 2]),
        digest("model: digest 500", vec![Step::error(500)]),
        digest("model: digest garbage", vec![garbage]),
    ]
}

/// A turn asks it twice about a note, then answers what it has.
fn transcriber() -> Vec<Case> {
    let hearing = |name, steps| Case { name, when: Next, fault: Fault::Hearing(steps), end: End::Answered };
    let slow = Step { delay_ms: 25_000, ..Step::default() };
    vec![
        hearing("transcriber: 500 once", vec![Step::error(500)]),
        hearing("transcriber: 500 twice", vec![Step::error(500); 2]),
        hearing("transcriber: 400", vec![Step::error(400)]),
        hearing("transcriber: garbage", vec![Step { garbage: true, ..Step::default() }]),
        hearing("transcriber: slower than anybody waits", vec![slow]),
    ]
}

/// A turn tries twice to fetch a note; an expired URL costs a second one within a try. What is gone is asked for once.
fn files() -> Vec<Case> {
    use FileFault::{Cut, Expired, Gone, Stale, TooLarge, Unavailable, WrongType};
    let file =
        |name, faults, heard| Case { name, when: Next, fault: Fault::File { faults, heard }, end: End::Answered };
    vec![
        file("voice note: WhatsApp 500 once", vec![Unavailable], true),
        file("voice note: WhatsApp 500 twice", vec![Unavailable; 2], false),
        file("voice note: the webhook's URL expired", vec![Stale], true),
        file("voice note: URL expired once", vec![Expired], true),
        file("voice note: URL expired twice", vec![Expired; 2], false),
        file("voice note: cut in the middle once", vec![Cut], true),
        file("voice note: cut in the middle twice", vec![Cut; 2], false),
        file("voice note: a page in its place once", vec![WrongType], true),
        file("voice note: a page in its place twice", vec![WrongType; 2], false),
        file("voice note: gone", vec![Gone], false),
        file("voice note: too large", vec![TooLarge], false),
    ]
}
