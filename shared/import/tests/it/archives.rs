//! A chat in a ZIP.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use zikaron_import::archive::{ChatText, MAX_BYTES, Unreadable};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn open(name: &str, bytes: Vec<u8>) -> Result<ChatText, Unreadable> {
    zikaron_import::archive::open(name, Cursor::new(bytes), MAX_BYTES)
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(1));
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_chat_is_found_in_its_zip_and_named_by_what_names_it() {
    let text = "31/12/2024, 9:00 - Dana: hi";
    let iphone = zipped(&[("_chat.txt", text.as_bytes()), ("00000001-PHOTO.jpg", b"jpg"), ("list.txt", b"milk")]);
    let chat = open("WhatsApp Chat - Dana.zip", iphone).unwrap();
    assert_eq!((chat.text.as_str(), chat.name.as_str()), (text, "WhatsApp Chat - Dana.zip"));
    let android = zipped(&[("WhatsApp Chat with Dana.txt", text.as_bytes()), ("__MACOSX/._x.txt", b"x")]);
    assert_eq!(open("chat.zip", android).unwrap().name, "WhatsApp Chat with Dana.txt");
    assert_eq!(open("WhatsApp Chat with Dana.txt", text.into()).unwrap().text, text);
}

#[test]
fn what_holds_no_chat_is_refused() {
    assert!(matches!(open("a.zip", zipped(&[("a.jpg", b"jpg")])), Err(Unreadable::Texts(0))));
    assert!(matches!(open("a.zip", zipped(&[("a.txt", b"a"), ("b.txt", b"b")])), Err(Unreadable::Texts(0))));
    assert!(matches!(open("a.zip", b"PK\x03\x04 broken".to_vec()), Err(Unreadable::Zip(_))));
    assert!(matches!(open("a.txt", vec![0xFF, 0xFE, 0x41, 0x00]), Err(Unreadable::Encoding)));
    let bomb = vec![b' '; 65 * 1024 * 1024];
    assert!(matches!(open("a.zip", zipped(&[("_chat.txt", &bomb)])), Err(Unreadable::TooLong(MAX_BYTES))));
    let bounded = zikaron_import::archive::open("a.txt", Cursor::new([b' '; 11]), 10);
    assert!(matches!(bounded, Err(Unreadable::TooLong(10))));
}

/// A file, and how many bytes were read of it.
struct Counted<'a>(Cursor<Vec<u8>>, &'a mut usize);

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(into)?;
        *self.1 += read;
        Ok(read)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn of_a_zip_with_media_only_the_text_is_read() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let as_it_is = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in [("VID-1.mp4", vec![7; 8_000_000]), ("_chat.txt", b"31/12/2024, 9:00 - Dana: hi".to_vec())] {
        zip.start_file(name, as_it_is).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    let mut read = 0;
    let file = Counted(Cursor::new(zip.finish().unwrap().into_inner()), &mut read);
    zikaron_import::archive::open("chat.zip", file, MAX_BYTES).unwrap();
    assert!(read < 1_000_000, "{read} bytes of 8,000,000");
}
