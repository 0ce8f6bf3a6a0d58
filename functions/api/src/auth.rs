//! Who calls: an OIDC access token, checked here whatever stands in front. The business comes from it and from nowhere
//! else; nothing in a path or a body can name one.

use crate::jwks::JwksSource;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use zikaron_protocol::model::ids::{BusinessId, LeadId, LeadKey};
use zikaron_protocol::ports::Unavailable;

/// No honest token is longer, in bytes.
const MAX_TOKEN_BYTES: usize = 8_192;
/// By how many seconds the issuer's clock may be ahead of ours or behind.
const LEEWAY: i64 = 10;

/// Whose tokens count, and where they say what.
#[derive(Clone, Debug)]
pub struct TokenPolicy {
    /// The issuer, as it stands in `iss`.
    pub issuer: String,
    /// Whom a token must be meant for: its `aud`, or its `client_id` where it has no `aud` (Cognito).
    pub audience: String,
    /// The claim that names the business.
    pub business_claim: String,
    /// The claim that names the role: a text or a list, of which the highest role counts.
    pub role_claim: String,
}

/// What somebody may do; a later one may all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, corrects, answers.
    Agent,
    /// All of it, settings, import, export and erasure too.
    Admin,
}

impl Role {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "viewer" => Some(Self::Viewer),
            "agent" => Some(Self::Agent),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }
}

/// Somebody of a business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The business, from the token.
    pub business: BusinessId,
    /// The role, from the token.
    pub role: Role,
}

impl Caller {
    /// A lead of the caller's business; there is no way to name one of another.
    pub(crate) fn lead(&self, id: &str) -> Result<LeadKey, Problem> {
        let lead = LeadId::parse(id).map_err(|_| Problem::no_lead())?;
        Ok(LeadKey { business: self.business.clone(), lead })
    }
}

/// Why nobody is let in.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The token is missing, malformed, forged, of somebody else, too old or too young. Which, is nobody's business.
    #[error("no valid token")]
    Token,
    /// A good token that names no business or no role.
    #[error("the token names no {0}")]
    Claim(&'static str),
    /// The issuer's keys cannot be had.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl TokenPolicy {
    /// Lets the bearer of a token in.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn admit<K: JwksSource>(&self, keys: &K, now: Timestamp, authorization: &str) -> Result<Caller, Refused> {
        let claims = self.claims(keys, now, authorization).await?;
        let business = claims.get(&self.business_claim).and_then(Value::as_str);
        let business = business.and_then(|name| BusinessId::parse(name).ok()).ok_or(Refused::Claim("business"))?;
        let role = claims.get(&self.role_claim).and_then(highest).ok_or(Refused::Claim("role"))?;
        Ok(Caller { business, role })
    }

    async fn claims<K: JwksSource>(
        &self,
        keys: &K,
        now: Timestamp,
        header: &str,
    ) -> Result<Map<String, Value>, Refused> {
        let (scheme, token) = header.split_once(' ').ok_or(Refused::Token)?;
        if !scheme.eq_ignore_ascii_case("bearer") || token.len() > MAX_TOKEN_BYTES {
            return Err(Refused::Token);
        }
        let head = decode_header(token).map_err(|_| Refused::Token)?;
        // Before any key is looked for: `none` is no algorithm to the decoder, and HS256 with a public key is refused.
        if head.alg != Algorithm::RS256 {
            return Err(Refused::Token);
        }
        let key = keys.key(&head.kid.ok_or(Refused::Token)?).await?.ok_or(Refused::Token)?;
        let claims = decode::<Map<String, Value>>(token, &key, &signature_only()).map_err(|_| Refused::Token)?.claims;
        if self.is_meant(&claims) && is_current(&claims, now.as_second()) { Ok(claims) } else { Err(Refused::Token) }
    }

    fn is_meant(&self, claims: &Map<String, Value>) -> bool {
        let is = |claim: &str, wanted: &str| claims.get(claim).and_then(Value::as_str) == Some(wanted);
        let for_us = match claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(&self.audience)),
            Some(_) => is("aud", &self.audience),
            None => is("client_id", &self.audience),
        };
        // An identity token says who somebody is, not that they may come in:
        // <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>.
        let access = claims.get("token_use").is_none_or(|kind| kind == "access");
        is("iss", &self.issuer) && for_us && access
    }
}

/// The claims are checked here, against our own clock.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

/// A token without an end is refused.
fn is_current(claims: &Map<String, Value>, now: i64) -> bool {
    let time = |claim: &str| claims.get(claim).map(|at| at.as_f64());
    #[expect(clippy::cast_precision_loss, reason = "seconds of our age are far below 2^52")]
    let (early, late) = ((now - LEEWAY) as f64, (now + LEEWAY) as f64);
    let ends = matches!(time("exp"), Some(Some(exp)) if exp > early);
    let has_begun = |claim| match time(claim) {
        None => true,
        Some(at) => at.is_some_and(|at| at <= late),
    };
    ends && has_begun("nbf") && has_begun("iat")
}

fn highest(claim: &Value) -> Option<Role> {
    match claim {
        Value::String(name) => name.split_whitespace().filter_map(Role::parse).max(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).filter_map(Role::parse).max(),
        _ => None,
    }
}

macro_rules! callers {
    ($($(#[$doc:meta])* $name:ident = $role:expr;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name(pub(crate) Caller);

        impl<S: Sync> FromRequestParts<S> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
                let caller = parts.extensions.get::<Caller>().ok_or_else(Problem::unauthorized)?;
                if caller.role < $role {
                    return Err(Problem::forbidden());
                }
                Ok(Self(caller.clone()))
            }
        }
    )+};
}

callers! {
    /// A caller who may read.
    Viewer = Role::Viewer;
    /// A caller who may correct and answer.
    Agent = Role::Agent;
    /// A caller who may do all of it.
    Admin = Role::Admin;
}
