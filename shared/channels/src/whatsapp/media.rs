//! What comes with a message and is no text: `GET {base}/{media-id}` answers a URL, and the URL answers the bytes. Both
//! ask for the connection's token. The URL lives five minutes, a media id of a webhook seven days. A webhook may bring a
//! URL with the id; then one request is enough.
//!
//! Sources: [media](https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media/),
//! [webhooks](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/audio).

use super::error_code::{code_of, refusal};
use super::graph::{GraphClient, Tokens};
use crate::lenient_json::text;
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::{Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::time::Duration;
use zikaron_memory::content;
use zikaron_protocol::model::ids::Line;
use zikaron_protocol::ports::{Media, MediaError, MediaFile, SendError, Unavailable};

/// The longest a file takes to fetch, all in all.
pub const FETCH_TIMEOUT: Duration = Duration::from_secs(15);

/// The longest it is waited for by a webhook's URL: what is left is for the way by the id.
pub const URL_TIMEOUT: Duration = Duration::from_secs(4);

/// A description is a few hundred bytes; more than this is not read.
const MAX_DESCRIPTION_BYTES: usize = 64 * 1024;

/// Meta's download servers answer clients without a name with an error page.
const NAME: &str = "zikaron";

/// Domains of Meta's. Nobody else is given the token, whatever a description says.
const META: [&str; 4] = ["fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net"];

/// What Meta says of a file.
struct Description {
    url: Url,
    mime_type: Option<String>,
    bytes: Option<u64>,
}

/// Why a download has not brought the file.
enum Failed {
    /// The URL is no longer good, or never was.
    Expired,
    /// Everything else.
    Media(MediaError),
}

impl From<MediaError> for Failed {
    fn from(error: MediaError) -> Self {
        Self::Media(error)
    }
}

impl<T: Tokens> Media for GraphClient<T> {
    async fn fetch(&self, line: &Line, file: &content::Media, most: usize) -> Result<MediaFile, MediaError> {
        let late = |_| Err(unavailable("no answer in time"));
        let fetched = tokio::time::timeout(FETCH_TIMEOUT, self.file(line, file, most)).await;
        let fetched = fetched.unwrap_or_else(late);
        // The URL, and so the error of the client, names the file: only the kind is told.
        fetched.inspect_err(|error| tracing::warn!(number = %line.number, %error, "a file was not fetched"))
    }
}

impl<T: Tokens> GraphClient<T> {
    async fn file(&self, line: &Line, file: &content::Media, most: usize) -> Result<MediaFile, MediaError> {
        let content::Media { id, mime_type, url, .. } = file;
        // Whatever else stands there is no id of Meta's, and would be a path of its own.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
            return Err(MediaError::Gone);
        }
        let token = self.token(&line.connection).await.ok_or_else(|| unavailable("no access token"))?;
        if let Some(url) = url.as_deref().and_then(|url| Url::parse(url).ok()) {
            let known = Description { url, mime_type: mime_type.clone(), bytes: None };
            match tokio::time::timeout(URL_TIMEOUT, self.downloaded(known, &token, most)).await {
                Ok(Ok(file)) => return Ok(file),
                Ok(Err(Failed::Media(MediaError::TooLarge))) => return Err(MediaError::TooLarge),
                // Whatever is wrong with a URL of some minutes ago, one of this moment may do.
                Ok(Err(_)) | Err(_) => {}
            }
        }
        for _ in 0..2 {
            let described = self.described(line, id, &token).await?;
            if described.bytes.is_some_and(|bytes| usize::try_from(bytes).is_ok_and(|bytes| bytes > most)) {
                return Err(MediaError::TooLarge);
            }
            match self.downloaded(described, &token, most).await {
                Ok(file) => return Ok(file),
                Err(Failed::Media(error)) => return Err(error),
                Err(Failed::Expired) => {}
            }
        }
        // A URL of this moment leads to nothing.
        Err(MediaError::Gone)
    }

    async fn described(&self, line: &Line, id: &str, token: &SecretString) -> Result<Description, MediaError> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(id);
        }
        // Meta then checks that the file came to this number.
        url.query_pairs_mut().append_pair("phone_number_id", line.number.as_str());
        let answer = self.get(url, token).await?;
        let status = answer.status().as_u16();
        let body = bounded(answer, MAX_DESCRIPTION_BYTES).await?;
        let body = body.ok_or_else(|| unavailable("the description does not end"))?;
        let code = code_of(&body);
        if !(200..300).contains(&status) || code.is_some() {
            tracing::warn!(number = %line.number, status, code, "Meta did not describe a file");
            // Another try is worth what it would be for a message.
            let is_for_good = matches!(refusal(status, code), SendError::RefusedForGood { .. });
            return Err(if is_for_good { MediaError::Gone } else { unavailable("Meta refused") });
        }
        let described: Value = serde_json::from_slice(&body).map_err(|_| unavailable("the description is no JSON"))?;
        let url = text(&described, "/url").and_then(|url| Url::parse(&url).ok());
        Ok(Description {
            url: url.ok_or_else(|| unavailable("the description holds no URL"))?,
            mime_type: text(&described, "/mime_type").filter(|kind| !kind.is_empty()),
            bytes: described.get("file_size").and_then(|size| size.as_u64().or_else(|| size.as_str()?.parse().ok())),
        })
    }

    async fn downloaded(&self, described: Description, token: &SecretString, most: usize) -> Result<MediaFile, Failed> {
        let Description { url, mime_type, .. } = described;
        if !self.may_have_token(&url) {
            // An operator has to hear of it: Meta has moved, or somebody stands in for it.
            tracing::error!(
                host = url.host_str(),
                "a file's URL leads to a host that is not Meta's: that URL is not used"
            );
            return Err(unavailable("the URL leads elsewhere").into());
        }
        let answer = self.get(url, token).await?;
        match answer.status().as_u16() {
            200 => {}
            404 | 410 => return Err(Failed::Expired),
            status => return Err(unavailable(format!("HTTP {status}")).into()),
        }
        let came = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
        if came.as_deref().is_some_and(|came| is_page(came) && !mime_type.as_deref().is_some_and(is_page)) {
            return Err(unavailable("a page instead of the file").into());
        }
        let bytes = bounded(answer, most).await?.ok_or(MediaError::TooLarge)?;
        if bytes.is_empty() {
            return Err(MediaError::Gone.into());
        }
        Ok(MediaFile { bytes, mime_type: mime_type.or(came).unwrap_or_default() })
    }

    async fn get(&self, url: Url, token: &SecretString) -> Result<Response, MediaError> {
        let request = (self.http)().get(url).bearer_auth(token.expose_secret()).header(USER_AGENT, NAME);
        request.send().await.map_err(|error| broken(&error))
    }

    /// Whether the token may go there: to Meta, over TLS, or to where messages are sent, as on a local stack.
    fn may_have_token(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is_of = |domain: &&str| host.strip_suffix(*domain).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
        url.origin() == self.base.origin() || url.scheme() == "https" && url.port().is_none() && META.iter().any(is_of)
    }
}

/// The body; none where it is longer than this.
async fn bounded(mut answer: Response, most: usize) -> Result<Option<Vec<u8>>, MediaError> {
    let told = answer.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    if told > most {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(told);
    while let Some(chunk) = answer.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

/// What a server says about a file, and not the file.
fn is_page(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.starts_with("text/html") || kind.starts_with("application/json")
}

fn broken(error: &reqwest::Error) -> MediaError {
    unavailable(if error.is_timeout() { "no answer in time" } else { "the connection broke" })
}

fn unavailable(reason: impl Into<String>) -> MediaError {
    Unavailable { what: "a file of WhatsApp", reason: reason.into() }.into()
}
