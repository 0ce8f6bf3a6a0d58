//! Several files at once: of whom they are, and what is said of those that cannot be read.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs;
use std::path::PathBuf;
use zikaron_import::files::{ChatFiles, Chats, FilesError, calls, chats};

const DANA: (&str, &str) = ("WhatsApp Chat with Dana.txt", "31/12/2024, 9:00 - Dana: hi\n");
const OTHER: (&str, &str) = ("WhatsApp Chat with +972 55-500-0002.txt", "31/12/2024, 9:00 - +972 55-500-0002: hi\n");

fn now() -> Timestamp {
    "2026-11-29T00:00:00Z".parse().unwrap()
}

/// What is made of these files in a folder of their own, `test`.
fn reading(test: &str, files: &[(&str, &str)], phone: Option<&str>, list: Option<&str>) -> Result<Chats, FilesError> {
    let folder = std::env::temp_dir().join(format!("zikaron-import-{}-{test}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
    for ((_, text), path) in files.iter().zip(&paths) {
        fs::write(path, text).unwrap();
    }
    let phones = folder.join("phones.csv");
    fs::write(&phones, list.unwrap_or_default()).unwrap();
    let of = ChatFiles {
        files: &paths,
        business_name: None,
        phone,
        phones: list.map(|_| phones.as_path()),
        date_order: None,
        zone: &TimeZone::UTC,
        country: None,
    };
    let read = chats(&of, now());
    fs::remove_dir_all(folder).unwrap();
    read
}

#[test]
fn a_customer_is_told_by_the_file_by_a_list_or_by_a_number() {
    let numbers =
        |chats: Chats| -> Vec<String> { chats.customers.iter().map(|(phone, _)| phone.expose().to_owned()).collect() };
    let one = reading("one", &[DANA], Some("+972555000001"), None).unwrap();
    assert_eq!(numbers(one), ["+972555000001"]);
    let list = "\u{feff}Somebody, Else, +972555000009\nDANA,+972555000001\n";
    let both = reading("both", &[DANA, OTHER], None, Some(list)).unwrap();
    assert_eq!(numbers(both), ["+972555000001", "+972555000002"]);
    let again = ("again.txt", "31/12/2024, 9:00 - +972 55-500-0002: hi\n31/12/2024, 9:01 - My Salon: hi\n");
    let twice = reading("twice", &[OTHER, again], None, None).unwrap();
    assert_eq!(twice.customers.len(), 1, "two files of one customer");
    assert_eq!(twice.customers[0].1.len(), 2);
}

#[test]
fn nothing_is_imported_where_one_file_cannot_be_read_and_each_says_why() {
    let error = reading("bad", &[DANA, OTHER, ("notes.txt", "milk")], None, None).unwrap_err().to_string();
    assert!(error.contains("of 3 files 2 cannot be read"), "{error}");
    assert!(error.contains("--phone or --phones") && error.contains("no exported chat"), "{error}");
    let several = reading("several", &[DANA, OTHER], Some("+972555000001"), None);
    assert!(matches!(several, Err(FilesError::OnePhone)));
    let list = reading("list", &[DANA], None, Some("Dana,+972555000001\nYossi 055\n"));
    assert!(matches!(list, Err(FilesError::Phones { line: 2, .. })));
    let missing = calls(&[PathBuf::from("/nowhere/calls.jsonl")], now()).unwrap_err().to_string();
    assert!(missing.starts_with("/nowhere/calls.jsonl: "), "{missing}");
}

#[test]
fn a_file_of_more_than_2_gb_is_refused_by_its_name_with_the_way_out() {
    let path = std::env::temp_dir().join(format!("zikaron-import-{}-long.zip", std::process::id()));
    // Of holes: it takes no room.
    fs::File::create(&path).unwrap().set_len((2 << 30) + 1).unwrap();
    let files = [path];
    let of = ChatFiles {
        files: &files,
        business_name: None,
        phone: None,
        phones: None,
        date_order: None,
        zone: &TimeZone::UTC,
        country: None,
    };
    let error = chats(&of, now()).unwrap_err().to_string();
    fs::remove_file(&files[0]).unwrap();
    assert!(error.contains("-long.zip: it is longer than 2 GB: export the chat without media"), "{error}");
}
