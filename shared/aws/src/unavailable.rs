//! SDK errors as the protocol sees them: the operation and the error's code, never its input.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use zikaron_protocol::ports::Unavailable;

/// The error's code, or what kind of failure kept the service from giving one.
pub(crate) fn unavailable<E: ProvideErrorMetadata, R>(what: &'static str, error: &SdkError<E, R>) -> Unavailable {
    let reason = match error {
        SdkError::ServiceError(service) => service.err().code().unwrap_or("unknown service error"),
        SdkError::TimeoutError(_) => "timed out",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "timed out",
        SdkError::DispatchFailure(_) => "could not be sent",
        SdkError::ResponseError(_) => "unreadable response",
        _ => "request could not be built",
    };
    Unavailable { what, reason: reason.to_owned() }
}

/// Something the service answered that this code cannot read.
pub(crate) fn unreadable(what: &'static str, error: &impl std::fmt::Display) -> Unavailable {
    Unavailable::unreadable(what, error)
}
