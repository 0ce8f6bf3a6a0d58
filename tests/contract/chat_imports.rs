//! The contract of imports through the API, and of where their files wait.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use super::staff::own;
use super::store::{at, conflict};
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::chat_import::{
    ChatImport, ChatImportId, ChatImportOptions, ChatImportStage, DayOrder, FoundInFile, ImportCounts, ImportFile,
    ImportPlace, ImportStop, StagedFile,
};
use zikaron_protocol::model::ids::{E164, LeadKey};
use zikaron_protocol::ports::Staging;
use zikaron_protocol::ports::business_store::StaffStore;

fn import(version: u64) -> ChatImport {
    let file = |name: &str, found| ImportFile {
        name: Some(name.to_owned()),
        bytes: 12_345,
        phone: Some(E164::parse("+972555000001").unwrap()),
        found,
    };
    ChatImport {
        version,
        id: ChatImportId::parse("01IMPORT").unwrap(),
        begun_at: at(1),
        started_at: Some(at(2)),
        // Not so long ago that the table would let go of it.
        moved_at: at(100_000_000),
        writer: "01WRITER".to_owned(),
        options: ChatImportOptions {
            business_name: Some("My Salon".to_owned()),
            date_order: Some(DayOrder::Dmy),
            time_zone: Some("Asia/Jerusalem".to_owned()),
            max_tokens: 1_000_000,
        },
        files: vec![
            file("chat 0.txt", Some(FoundInFile::Chat { customer: 0, messages: 40, text_bytes: 9_000 })),
            file("chat 1.txt", Some(FoundInFile::Unusable { why: "it was not uploaded".to_owned() })),
            file("chat 2.txt", None),
        ],
        stage: ChatImportStage::Digesting,
        stopped: Some(ImportStop::ModelFails),
        place: ImportPlace {
            customer: 1,
            part: 2,
            after: Some(SessionId::new("01AFTER")),
            session: Some(SessionId::new("01SESSION")),
        },
        counts: ImportCounts { messages: 40, tokens: 9_000, ..ImportCounts::default() },
        failed_in_a_row: 8,
    }
}

pub(crate) async fn an_import_is_replaced_by_version<S: StaffStore>(store: &S, key: LeadKey) {
    let business = own(key).business;
    assert_eq!(store.chat_import(&business).await.unwrap(), None);
    conflict(store.put_chat_import(&business, &import(2)).await);
    store.put_chat_import(&business, &import(1)).await.unwrap();
    conflict(store.put_chat_import(&business, &import(1)).await);
    assert_eq!(store.chat_import(&business).await.unwrap(), Some(import(1)));
    let over = import(2).over(ChatImportStage::Done);
    store.put_chat_import(&business, &over).await.unwrap();
    conflict(store.put_chat_import(&business, &import(2)).await);
    assert_eq!(store.chat_import(&business).await.unwrap(), Some(over));
}

/// A file is taken once, where its address says, and as long as it was said to be.
pub(crate) async fn a_file_is_uploaded_read_and_removed<F: Staging>(staging: &F, key: LeadKey) {
    let staged =
        StagedFile { business: own(key).business, import: ChatImportId::parse("01IMPORT").unwrap(), number: 7 };
    assert_eq!(staging.read(&staged).await.unwrap(), None);
    staging.remove(&staged).await.unwrap();
    let text = "31/12/2024, 9:00 - Dana: שלום";
    let url = staging.upload_url(&staged, text.len() as u64).await.unwrap();
    let http = zikaron_simulator::client().unwrap();
    let put = async |url: &str, body: &'static str| {
        let upload = http.put(url).header("if-none-match", "*").body(body);
        upload.send().await.unwrap().status().as_u16()
    };
    assert_eq!(put(&url, "something longer, and not what was said to be uploaded").await, 403);
    assert_eq!(put(&url.replace("/7?", "/8?"), text).await, 403, "in the place of another file");
    assert_eq!(http.put(&url).body(text).send().await.unwrap().status(), 403, "without the condition");
    assert_eq!(staging.read(&staged).await.unwrap(), None);
    assert_eq!(put(&url, text).await, 200);
    let other = "31/12/2024, 9:00 - Ruth: שלום";
    assert_eq!((other.len(), put(&url, other).await), (text.len(), 412), "it may have been looked at");
    assert_eq!(staging.read(&staged).await.unwrap().as_deref(), Some(text.as_bytes()));
    staging.remove(&staged).await.unwrap();
    assert_eq!(staging.read(&staged).await.unwrap(), None);
}
