//! Which file speaks for which provider.

use super::provider::CallProvider;
use super::{bland, elevenlabs, generic, retell, twilio, vapi};
use zikaron_protocol::model::call::Provider;

/// The table of providers: the only place where one is chosen.
pub(super) fn of(provider: Provider) -> &'static dyn CallProvider {
    match provider {
        Provider::ElevenLabs => &elevenlabs::ElevenLabs,
        Provider::Vapi => &vapi::Vapi,
        Provider::Retell => &retell::Retell,
        Provider::Bland => &bland::Bland,
        Provider::Twilio => &twilio::Twilio,
        Provider::Generic => &generic::Generic,
    }
}
