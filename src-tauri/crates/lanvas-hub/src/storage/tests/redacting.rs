//! Words that are taken back are nowhere in the files.

use super::*;

const SECRET: &str = "the-words-that-nobody-may-read-again";

impl Fixture {
    /// Which of the session's files have the bytes in them.
    fn files_with(&self, words: &str) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path().join("sessions")).unwrap();
        let mut found: Vec<_> = files
            .map(|entry| entry.unwrap())
            .filter(|entry| {
                let bytes = std::fs::read(entry.path()).unwrap();
                bytes
                    .windows(words.len())
                    .any(|part| part == words.as_bytes())
            })
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        found.sort();
        found
    }
}

/// A session with the secret in the middle of other messages.
async fn with_secret() -> Fixture {
    let mut fixture = Fixture::new().await;
    for number in 1..=60 {
        let text = if number == 30 { SECRET } else { "other words" };
        fixture.append_operation(number, post(text));
    }
    fixture.wait_until_stored(60).await;
    fixture
}

#[tokio::test]
async fn redacted_words_are_in_no_table_no_free_page_and_no_journal() {
    let mut fixture = with_secret().await;
    assert!(!fixture.files_with(SECRET).is_empty(), "it was there");
    fixture.append(Record::Redaction { number: 30 });
    fixture.append_operation(61, post("after it"));
    fixture.wait_until_stored(61).await;
    assert_eq!(fixture.files_with(SECRET), Vec::<String>::new());

    let session = fixture.reopen().await;
    assert_eq!(session.log.len(), 61, "it keeps its place");
    assert_eq!(session.log[29].operation, post(""));
    assert_eq!(session.log[28].operation, post("other words"));
    let page = fixture.storage.messages(&id("one"), Some(32), 2).await;
    let texts: Vec<_> = page.unwrap().into_iter().map(|said| said.text).collect();
    assert_eq!(texts, ["other words", ""]);
    assert_eq!(fixture.files_with(SECRET), Vec::<String>::new());
}

#[tokio::test]
async fn a_reader_only_delays_it() {
    let mut fixture = with_secret().await;
    let reader = rusqlite::Connection::open(fixture.path()).unwrap();
    let read = "BEGIN; SELECT count(*) FROM messages";
    reader.execute_batch(read).unwrap();
    fixture.append(Record::Redaction { number: 30 });
    fixture.append_operation(61, post("stored all the same"));
    fixture.wait_until_stored(61).await;
    assert!(!fixture.files_with(SECRET).is_empty(), "somebody reads it");
    reader.execute_batch("COMMIT").unwrap();
    fixture.append_operation(62, post("next"));
    fixture.wait_until_stored(62).await;
    assert_eq!(fixture.files_with(SECRET), Vec::<String>::new());
}

#[tokio::test]
async fn what_has_no_words_or_is_not_there_stays_as_it_is() {
    let mut fixture = Fixture::new().await;
    for (operation, number) in operations().into_iter().zip(1..) {
        fixture.append_operation(number, operation);
    }
    for number in [0, 1, 2, 3, 4, 6, 7, u64::from(u32::MAX)] {
        fixture.append(Record::Redaction { number });
    }
    let session = fixture.reopen().await;
    let kept: Vec<_> = session
        .log
        .into_iter()
        .map(|applied| applied.operation)
        .collect();
    assert_eq!(kept, operations());
}
