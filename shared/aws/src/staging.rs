//! Where files wait to be imported: a bucket of S3. Whoever uploads one is given an address that is signed
//! (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>), and so are the requests made here: what a
//! function may do stands in its role, whoever makes the request.

use crate::clock::SystemClock;
use crate::unavailable::unreadable;
use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use reqwest::{Method, StatusCode};
use std::time::{Duration, SystemTime};
use zikaron_protocol::model::chat_import::{MAX_FILE_BYTES, StagedFile};
use zikaron_protocol::ports::{Clock, Staging, Unavailable};

/// For how long an upload may begin.
const UPLOAD: Duration = Duration::from_secs(15 * 60);
/// For how long a request of ours may begin.
const OWN: Duration = Duration::from_secs(60);
/// A file of 8 MB comes in a second.
const PATIENCE: Duration = Duration::from_secs(20);

/// The bucket of a stack.
pub struct Bucket {
    http: fn() -> reqwest::Client,
    aws: SdkConfig,
    region: String,
    /// Its address, without a slash at the end.
    url: String,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bucket").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Bucket {
    /// The bucket `name`, in the region of the configuration; where somebody stands in for AWS, there.
    #[must_use]
    pub fn new(http: fn() -> reqwest::Client, aws: &SdkConfig, name: &str) -> Self {
        let region = aws.region().map(ToString::to_string).unwrap_or_default();
        let url = match aws.endpoint_url() {
            Some(endpoint) => format!("{}/{name}", endpoint.trim_end_matches('/')),
            None if region.starts_with("cn-") => format!("https://{name}.s3.{region}.amazonaws.com.cn"),
            None => format!("https://{name}.s3.{region}.amazonaws.com"),
        };
        Self { http, aws: aws.clone(), region, url }
    }

    /// An address that is good for one kind of request, with just these headers.
    async fn signed(
        &self,
        method: &Method,
        file: &StagedFile,
        headers: &[(&str, &str)],
        expires_in: Duration,
    ) -> Result<String, Unavailable> {
        let credentials = self.aws.credentials_provider().ok_or_else(|| unsigned(&"no credentials"))?;
        let credentials = credentials.provide_credentials().await.map_err(|error| unsigned(&error))?;
        // Ids have no character that an address writes otherwise.
        let url = format!("{}/{}/{}/{}", self.url, file.business, file.import, file.number);
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.expires_in = Some(expires_in);
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("s3")
            .time(SystemTime::from(SystemClock.now()))
            .settings(settings)
            .build()
            .map_err(|error| unsigned(&error))?
            .into();
        let headers = headers.iter().copied();
        let request = SignableRequest::new(method.as_str(), url.as_str(), headers, SignableBody::UnsignedPayload)
            .map_err(|error| unsigned(&error))?;
        let (signed, _) = sign(request, &params).map_err(|error| unsigned(&error))?.into_parts();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in signed.params() {
            query.append_pair(name, value);
        }
        Ok(format!("{url}?{}", query.finish()))
    }

    async fn send(
        &self,
        what: &'static str,
        method: Method,
        file: &StagedFile,
    ) -> Result<Option<reqwest::Response>, Unavailable> {
        let url = self.signed(&method, file, &[], OWN).await?;
        let request = (self.http)().request(method, url).timeout(PATIENCE);
        let answer = request.send().await.map_err(|error| broken(what, error))?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(answer)),
            status => Err(Unavailable { what, reason: format!("answered {status}") }),
        }
    }
}

/// A request that could not be signed.
fn unsigned(error: &impl std::fmt::Display) -> Unavailable {
    Unavailable { what: "a signature for S3", reason: error.to_string() }
}

/// A request without an end. Its address is not told: whoever has it may do the same.
fn broken(what: &'static str, error: reqwest::Error) -> Unavailable {
    Unavailable { what, reason: error.without_url().to_string() }
}

impl Staging for Bucket {
    async fn upload_url(&self, file: &StagedFile, bytes: u64) -> Result<String, Unavailable> {
        let length = bytes.to_string();
        // What was looked at is what is imported: a file that is there is not replaced
        // (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>).
        let headers = [("content-length", length.as_str()), ("if-none-match", "*")];
        self.signed(&Method::PUT, file, &headers, UPLOAD).await
    }

    async fn read(&self, file: &StagedFile) -> Result<Option<Vec<u8>>, Unavailable> {
        const WHAT: &str = "GetObject";
        let Some(answer) = self.send(WHAT, Method::GET, file).await? else { return Ok(None) };
        // None is longer but where somebody else wrote into the bucket.
        if answer.content_length().is_none_or(|bytes| bytes > MAX_FILE_BYTES) {
            return Err(unreadable(WHAT, &"a file that is too long"));
        }
        let bytes = answer.bytes().await.map_err(|error| broken(WHAT, error))?;
        Ok(Some(bytes.to_vec()))
    }

    async fn remove(&self, file: &StagedFile) -> Result<(), Unavailable> {
        self.send("DeleteObject", Method::DELETE, file).await.map(drop)
    }
}
