//! The ports together, for what ends sessions and calls.

use crate::bus::RecordingBus;
use crate::clock::ManualClock;
use crate::ids::SequentialIds;
use crate::model::ScriptedModel;
use crate::scheduler::RecordingScheduler;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::ports::PortBundle;

/// What [`ending`] gives.
pub type Ending<S> =
    PortBundle<S, RecordingBus, RecordingScheduler, ScriptedModel, (), (), (), ManualClock, SequentialIds>;

/// Ports over this store, on a clock that stands at this second of the Unix epoch, with a model that has nothing to say.
pub fn ending<S>(store: S, second: i64) -> Ending<S> {
    PortBundle {
        store,
        bus: RecordingBus::default(),
        timer: RecordingScheduler::default(),
        model: ScriptedModel::saying(""),
        messenger: (),
        media: (),
        transcriber: (),
        clock: ManualClock::frozen_at_second(second),
        ids: SequentialIds::default(),
        config: Config::default(),
    }
}
