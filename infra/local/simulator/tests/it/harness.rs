//! A simulator on a free port, and a business whose webhook it calls.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use zikaron_simulator::admin::Admin;
use zikaron_simulator::driver::Driver;
use zikaron_simulator::wire::{SIGNATURE_HEADER, sign};
use zikaron_simulator::{Connection, OperatorView, server, wait};

pub(crate) const NUMBER: &str = "100000000000001";
pub(crate) const TOKEN: &str = "token-of-one";
pub(crate) const SECRET: &str = "secret-of-one";
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// What the business's webhook was sent, and how often it still fails.
#[derive(Clone, Default)]
pub(crate) struct Webhook {
    taken: Arc<Mutex<Vec<Vec<u8>>>>,
    failures_left: Arc<Mutex<usize>>,
    refused: Arc<Mutex<usize>>,
}

impl Webhook {
    /// Bodies taken, oldest first.
    pub(crate) fn taken(&self) -> Vec<Vec<u8>> {
        self.taken.lock().unwrap().clone()
    }

    /// The `value` of each body taken.
    pub(crate) fn values(&self) -> Vec<Value> {
        let read = |body: &Vec<u8>| serde_json::from_slice::<Value>(body).unwrap();
        self.taken().iter().map(|body| read(body)["entry"][0]["changes"][0]["value"].clone()).collect()
    }

    pub(crate) fn fail(&self, times: usize) {
        *self.failures_left.lock().unwrap() = times;
    }

    /// How many posts bore a wrong signature.
    pub(crate) fn refused(&self) -> usize {
        *self.refused.lock().unwrap()
    }

    async fn take(State(webhook): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let signature = headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
        if signature != Some(sign(SECRET, &body).unwrap().as_str()) {
            *webhook.refused.lock().unwrap() += 1;
            return StatusCode::UNAUTHORIZED;
        }
        let mut left = webhook.failures_left.lock().unwrap();
        if *left > 0 {
            *left -= 1;
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        webhook.taken.lock().unwrap().push(body.to_vec());
        StatusCode::OK
    }
}

/// A running simulator and the webhook it calls.
pub(crate) struct Harness {
    pub(crate) driver: Driver,
    pub(crate) webhook: Webhook,
    pub(crate) url: String,
    pub(crate) webhook_url: String,
    pub(crate) http: reqwest::Client,
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

pub(crate) async fn simulator() -> Harness {
    start(None).await
}

/// A simulator that reads the memory of the business `demo` by this command.
pub(crate) async fn with_admin(command: PathBuf) -> Harness {
    let (admin, model) = (Admin::at(command, "demo"), zikaron_simulator::OFFLINE_MODEL.to_owned());
    start(Some(OperatorView { admin, idle: Duration::from_secs(900), model })).await
}

async fn start(operator: Option<OperatorView>) -> Harness {
    let webhook = Webhook::default();
    let (listener, webhook_url) = listen().await;
    let routes =
        Router::new().route("/", post(Webhook::take)).layer(DefaultBodyLimit::disable()).with_state(webhook.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let (listener, url) = listen().await;
    tokio::spawn(server::serve(listener, None, operator));
    let driver = Driver::new(&url).unwrap();
    let harness = Harness { driver, webhook, url, webhook_url, http: zikaron_simulator::client().unwrap() };
    harness.driver.connect(&harness.connection(NUMBER, SECRET, TOKEN)).await.unwrap();
    harness
}

impl Harness {
    pub(crate) fn connection(&self, number: &str, app_secret: &str, access_token: &str) -> Connection {
        serde_json::from_value(json!({
            "number": number, "webhook_url": self.webhook_url, "app_secret": app_secret, "access_token": access_token,
        }))
        .unwrap()
    }

    /// Sends as a business does. Answers status and body.
    pub(crate) async fn send(&self, number: &str, token: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/graph/{number}/messages", self.url);
        let answer = self.http.post(url).bearer_auth(token).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap().json().await.unwrap()
    }

    /// Posts to the simulator. Answers status and body.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, String) {
        let answer = self.http.post(format!("{}{path}", self.url)).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub(crate) async fn say(&self, say: Value) -> String {
        self.driver.say(&serde_json::from_value(say).unwrap()).await.unwrap().id
    }

    /// Waits until the webhook has taken so many bodies.
    pub(crate) async fn taken(&self, many: usize) -> Vec<Value> {
        let enough = async || Ok(Some(self.webhook.values()).filter(|values| values.len() >= many));
        wait::until(&format!("{many} webhooks"), LIMIT, enough).await.unwrap()
    }
}

pub(crate) fn text(to: &str, text: &str) -> Value {
    json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": to, "type": "text",
           "text": {"preview_url": false, "body": text}, "biz_opaque_callback_data": "tag-1"})
}
