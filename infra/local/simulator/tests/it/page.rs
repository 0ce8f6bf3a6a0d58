use crate::harness::{Harness, LIMIT, NUMBER, TOKEN, simulator, text, with_admin};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

const CUSTOMER: &str = "972555000001";

/// The events of a page that is open, each with its name and what it tells.
struct Live {
    answer: reqwest::Response,
    read: String,
}

impl Live {
    async fn open(simulator: &Harness, query: &str) -> Self {
        let answer = simulator.http.get(format!("{}/page/live?{query}", simulator.url)).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { answer, read: String::new() }
    }

    /// Waits for an event of this name that tells this.
    async fn until(&mut self, name: &str, told: impl Fn(&Value) -> bool) -> Value {
        let reading = async {
            loop {
                let (event, rest) = match self.read.split_once("\n\n") {
                    Some((event, rest)) => (event.to_owned(), rest.to_owned()),
                    None => {
                        let chunk = self.answer.chunk().await.unwrap().unwrap();
                        self.read.push_str(std::str::from_utf8(&chunk).unwrap());
                        continue;
                    }
                };
                self.read = rest;
                let data = event.strip_prefix(&format!("event: {name}\ndata: "));
                let data: Option<Value> = data.map(|data| serde_json::from_str(data).unwrap());
                if let Some(data) = data.filter(&told) {
                    return data;
                }
            }
        };
        tokio::time::timeout(LIMIT, reading).await.unwrap_or_else(|_| panic!("no such event: {name}"))
    }
}

/// An operator's command that answers with a file of its folder or with another exit code, and notes how it was called.
struct Command {
    folder: PathBuf,
}

impl Command {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("zikaron-page-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let script = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho \"$*\" >> calls\n\
                      if [ -f code ]; then echo \"it is broken\" >&2; exit \"$(cat code)\"; fi\ncat answer\n";
        std::fs::write(folder.join("admin"), script).unwrap();
        std::fs::set_permissions(folder.join("admin"), std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn program(&self) -> PathBuf {
        self.folder.join("admin")
    }

    fn answers(&self, answer: &Value) {
        let _ = std::fs::remove_file(self.folder.join("code"));
        std::fs::write(self.folder.join("answer"), answer.to_string()).unwrap();
    }

    fn fails(&self, code: u8) {
        std::fs::write(self.folder.join("code"), code.to_string()).unwrap();
    }

    fn calls(&self) -> String {
        std::fs::read_to_string(self.folder.join("calls")).unwrap_or_default()
    }
}

impl Drop for Command {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn lead(city: &str) -> Value {
    json!({"state": {"mode": "ai", "session": null}, "sessions": [], "changes": [], "name": "demo",
           "memory": {"customer_profile_json": {"city": {"value": city, "source": "manual", "candidates": []}}}})
}

#[tokio::test]
async fn the_page_is_allowed_nothing_but_its_own_files() {
    let simulator = simulator().await;
    let page = simulator.http.get(&simulator.url).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none';") && policy.contains("require-trusted-types-for 'script'"));
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
    let html = page.text().await.unwrap();
    assert!(!html.contains("<script>") && !html.contains("style=") && !html.contains(" onclick"));
    let named = html.split('"').filter(|part| part.starts_with("/page/") && part.contains('.'));
    for path in
        named.chain(["/page/phone.js", "/page/memory.js", "/page/customers.js", "/page/dom.js", "/page/words.js"])
    {
        let file = simulator.http.get(format!("{}{path}", simulator.url)).send().await.unwrap();
        assert_eq!(
            (file.status(), file.headers()["x-content-type-options"].as_bytes()),
            (200.try_into().unwrap(), &b"nosniff"[..])
        );
    }
    assert_eq!(simulator.http.get(format!("{}/page/Cargo.toml", simulator.url)).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn an_open_page_is_told_of_the_conversation_as_it_goes_on() {
    let simulator = simulator().await;
    let mut live = Live::open(&simulator, &format!("phone={CUSTOMER}")).await;
    live.until("phone", |phone| phone["messages"] == json!([])).await;
    assert_eq!(simulator.post("/say", &json!({"from": CUSTOMER})).await.0, 400, "nothing is said, and nothing shown");
    let id = simulator.say(json!({"from": CUSTOMER, "text": "היי"})).await;
    let phone = live.until("phone", |phone| phone["messages"][0]["progress"] == "delivered").await;
    assert_eq!(phone["messages"].as_array().unwrap().len(), 1);
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": id,
                      "typing_indicator": {"type": "text"}});
    simulator.send(NUMBER, TOKEN, &read).await;
    let phone = live.until("phone", |phone| !phone["typing_until"].is_null()).await;
    assert_eq!(phone["messages"][0]["progress"], "read");
    simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "שלום")).await;
    let phone = live.until("phone", |phone| phone["messages"][1]["progress"] == "delivered").await;
    assert_eq!((&phone["messages"][1]["text"], &phone["typing_until"]), (&json!("שלום"), &Value::Null));
}

#[tokio::test]
async fn who_shared_their_number_is_answered_by_it_and_reads_that_on_the_same_phone() {
    let simulator = simulator().await;
    let mut live = Live::open(&simulator, "bsuid=IL.77").await;
    simulator.say(json!({"bsuid": "IL.77", "text": "היי"})).await;
    assert_eq!(simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "x")).await.0, 400, "nobody is known by it yet");
    let card = json!([{"origin": "contact_request", "phones": [{"phone": "+972555000001", "wa_id": CUSTOMER}]}]);
    simulator.say(json!({"bsuid": "IL.77", "type": "contacts", "body": card})).await;
    assert_eq!(simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "תודה")).await.0, 200);
    live.until("phone", |phone| phone["messages"][2]["text"] == "תודה").await;
}

#[tokio::test]
async fn an_open_page_is_told_what_the_model_was_shown_of_its_customer() {
    let simulator = simulator().await;
    let mut live = Live::open(&simulator, &format!("phone={CUSTOMER}")).await;
    simulator.say(json!({"from": CUSTOMER, "text": "כמה עולה?"})).await;
    let messages = json!([{"role": "system", "content": "אתה נציג"}, {"role": "user", "content": "כמה עולה?"}]);
    simulator.post("/ai/v1/chat/completions", &json!({"model": "m", "messages": messages})).await;
    let prompt = live.until("prompt", |prompt| !prompt["reply"].is_null()).await;
    assert_eq!(prompt["reply"]["messages"], messages);
    let mut other = Live::open(&simulator, "phone=972555000002").await;
    other.until("prompt", |prompt| prompt["reply"].is_null()).await;
}

#[tokio::test]
async fn an_open_page_is_told_of_the_memory_and_of_what_keeps_it_from_being_read() {
    let command = Command::new("memory");
    command.fails(3);
    let simulator = with_admin(command.program()).await;
    let mut live = Live::open(&simulator, &format!("phone={CUSTOMER}")).await;
    live.until("memory", |memory| *memory == json!({"known": false})).await;
    command.answers(&lead("חיפה"));
    simulator.say(json!({"from": CUSTOMER, "text": "היי"})).await;
    live.until("about", |about| about["business"] == "demo" && about["is_offline"] == true).await;
    let memory = live.until("memory", |memory| memory["known"] == true).await;
    assert_eq!(memory["profile"]["city"]["value"], "חיפה");
    command.fails(1);
    simulator.say(json!({"from": CUSTOMER, "text": "היי"})).await;
    live.until("memory", |memory| memory["error"] == "admin lead show: it is broken").await;
    assert!(command.calls().starts_with(&format!("--business demo lead show --json --phone +{CUSTOMER}\n")));
}

#[tokio::test]
async fn nobody_looks_into_the_memory_while_no_page_is_open() {
    let command = Command::new("closed");
    command.answers(&lead("חיפה"));
    let simulator = with_admin(command.program()).await;
    simulator.say(json!({"from": CUSTOMER, "text": "היי"})).await;
    simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "שלום")).await;
    simulator.taken(3).await;
    assert_eq!(command.calls(), "");
}

#[tokio::test]
async fn the_page_does_as_the_business_what_the_operator_s_command_does() {
    let command = Command::new("staff");
    command.answers(&json!({}));
    let simulator = with_admin(command.program()).await;
    let table = [
        ("/page/close", json!({"phone": CUSTOMER}), "close --phone +972555000001"),
        ("/page/mode", json!({"phone": CUSTOMER, "mode": "human"}), "take-over --phone +972555000001"),
        ("/page/mode", json!({"bsuid": "IL.7", "mode": "ai"}), "hand-back --bsuid IL.7"),
    ];
    for (path, body, expected) in table {
        assert_eq!(simulator.post(path, &body).await.0, 204, "{path}");
        assert_eq!(command.calls().lines().last(), Some(format!("--business demo {expected}").as_str()));
    }
    command.fails(1);
    let (status, answer) = simulator.post("/page/close", &json!({"phone": CUSTOMER})).await;
    assert_eq!((status, answer.as_str()), (502, r#"{"error":"admin close: it is broken"}"#));
}

#[tokio::test]
async fn a_page_without_a_stack_or_a_customer_is_told_so() {
    let simulator = simulator().await;
    let mut live = Live::open(&simulator, "bsuid=IL.7").await;
    live.until("memory", |memory| memory["error"] == "the simulator was started without a stack").await;
    assert_eq!(simulator.post("/page/close", &json!({"phone": CUSTOMER})).await.0, 404);
    for query in ["", "phone=", "phone=--help", "bsuid=", "bsuid=--help"] {
        let answer = simulator.http.get(format!("{}/page/live?{query}", simulator.url)).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{query}");
    }
    for body in [json!({"mode": "human"}), json!({"phone": CUSTOMER, "mode": "both"})] {
        assert!([400, 422].contains(&simulator.post("/page/mode", &body).await.0), "{body}");
    }
}
