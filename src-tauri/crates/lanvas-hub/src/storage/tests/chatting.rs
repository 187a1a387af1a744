//! The chat in the file: pages, search, and what a deleted message leaves.

use std::fs;

use lanvas_protocol::{
    BlobName,
    chat::{Picture, Quote},
};
use rusqlite::Connection;

use super::*;
use crate::storage::{Blob, Kept};

fn answer(to: u64, quoted: &str, text: &str) -> Operation {
    let Operation::PostMessage(post) = post(text) else {
        unreachable!("post() posts")
    };
    Operation::PostMessage(Post {
        reply_to: Some(to),
        quote: Some(Quote {
            name: "Ann".to_owned(),
            text: quoted.to_owned(),
        }),
        ..post
    })
}

fn edit(message: u64, text: &str) -> Operation {
    Operation::EditMessage {
        message,
        text: text.to_owned(),
        mentions: Vec::new(),
    }
}

impl Fixture {
    async fn say(&mut self, operations: impl IntoIterator<Item = Operation>) {
        let mut number = self.state.borrow().stored;
        for operation in operations {
            number += 1;
            self.append_operation(number, operation);
        }
        self.wait_until_stored(number).await;
    }

    async fn find(&self, wanted: Search) -> Vec<u64> {
        let found = self.storage.search(&id("one"), wanted).await.unwrap();
        found.iter().map(|message| message.number).collect()
    }

    async fn find_words(&self, words: &str) -> Vec<u64> {
        self.find(words_of(words)).await
    }

    async fn page(&self, page: Page) -> Vec<u64> {
        let found = self.storage.messages(&id("one"), page).await.unwrap();
        found.iter().map(|message| message.number).collect()
    }
}

fn words_of(words: &str) -> Search {
    Search {
        words: words.split(' ').map(str::to_owned).collect(),
        ..Search::default()
    }
}

/// Whether any file of the session has these bytes anywhere: rows, indexes, freed pages, the
/// write-ahead log.
fn is_in_the_folder(fixture: &Fixture, word: &str) -> bool {
    let files = fs::read_dir(fixture.folder.path().join("sessions")).unwrap();
    files.into_iter().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
        has(word.as_bytes())
    })
}

#[tokio::test]
async fn of_a_deleted_message_no_word_is_left_in_the_file() {
    let mut fixture = Fixture::new().await;
    let long = "xylophone ".repeat(1_500);
    fixture
        .say([
            post(&format!("harmless {long}")),
            edit(1, "zymurgy is the word"),
            answer(1, "zymurgy is the word", "an answer of its own"),
            post("something else"),
        ])
        .await;
    assert_eq!(fixture.find_words("zymurgy").await, [1]);
    fixture
        .say([Operation::DeleteMessage { message: 1 }, post("after")])
        .await;
    assert!(fixture.find_words("zymurgy").await.is_empty());
    let page = fixture.storage.messages(&id("one"), Page::Latest).await;
    let page = page.unwrap();
    let (answer, gone) = (&page[2], &page[3]);
    assert_eq!((gone.number, gone.text.as_str()), (1, ""));
    assert_eq!(gone.deleted.map(|it| it.by), Some(ParticipantId(2)));
    assert_eq!((answer.reply_to, &answer.quote), (Some(1), &None));

    let session = fixture.reopen().await;
    fixture.storage.close(&id("one")).await.unwrap();
    for word in ["zymurgy", "xylophone", "zymurg"] {
        assert!(!is_in_the_folder(&fixture, word), "{word}");
    }
    assert!(is_in_the_folder(&fixture, "an answer of its own"));
    assert!(!format!("{:?}", session.log).contains("zymurgy"));
}

/// While the hub runs, without closing the file: the write-ahead log is cut off too.
#[tokio::test]
async fn a_reader_only_delays_that_the_words_go() {
    let mut fixture = Fixture::new().await;
    fixture.say([post("zymurgy"), post("other")]).await;
    assert!(is_in_the_folder(&fixture, "zymurgy"));
    let reader = Connection::open(fixture.path()).unwrap();
    let read = "BEGIN; SELECT count(*) FROM messages";
    reader.execute_batch(read).unwrap();
    fixture.say([Operation::DeleteMessage { message: 1 }]).await;
    assert!(is_in_the_folder(&fixture, "zymurgy"), "somebody reads it");
    reader.execute_batch("COMMIT").unwrap();
    fixture.say([post("next")]).await;
    assert!(!is_in_the_folder(&fixture, "zymurgy"));
}

#[tokio::test]
async fn a_changed_message_is_kept_as_it_is() {
    let mut fixture = Fixture::new().await;
    let react = |emoji: &str, on| Operation::React {
        message: 1,
        emoji: emoji.to_owned(),
        on,
    };
    fixture
        .say([
            post("one"),
            react("👍", true),
            react("🎉", true),
            react("👍", false),
            edit(1, "two"),
            react("👍", true),
            edit(77, "there is none"),
        ])
        .await;
    fixture.reopen().await;
    let page = fixture.storage.messages(&id("one"), Page::Latest).await;
    let message = page.unwrap().remove(0);
    let emojis: Vec<_> = message.reactions.iter().map(|it| &*it.emoji).collect();
    assert_eq!(emojis, ["🎉", "👍"]);
    assert_eq!(message.text, "two");
    assert_eq!(message.edited_ms, Some(TIME_MS + 5));
    assert_eq!(message.changed, Some(6));
    assert_eq!(fixture.find_words("two").await, [1]);
    assert!(fixture.find_words("one").await.is_empty());
}

#[tokio::test]
async fn messages_are_found_by_words_names_times_and_links() {
    let mut fixture = Fixture::new().await;
    fixture
        .say([
            post("Das Grüße-Blatt ist fertig"),
            post("see https://example.org/plan"),
            post("明日の会議は三時です"),
            post("the plan, in short: \"go\""),
            stroke("s1", 2),
            post("plan 👍"),
        ])
        .await;
    for (words, expected) in [
        ("plan", vec![6, 4, 2]),
        ("PLA", vec![6, 4, 2]),
        ("grusse", vec![]),
        ("gruß", vec![1]),
        ("GRUSS", vec![]),
        ("blatt fertig", vec![1]),
        ("会議", vec![3]),
        ("plan 👍", vec![6]),
        ("\"go\"", vec![4]),
        ("AND OR NOT NEAR( *", vec![]),
        ("plan:", vec![6, 4, 2]),
        ("nothing", vec![]),
    ] {
        assert_eq!(fixture.find_words(words).await, expected, "{words}");
    }
    let from = |name: &str| Search {
        from: vec![name.to_owned()],
        ..Search::default()
    };
    assert_eq!(fixture.find(from("an")).await, [6, 4, 3, 2, 1]);
    assert!(fixture.find(from("bo")).await.is_empty());
    let between = Search {
        after_ms: Some(TIME_MS + 2),
        before_ms: Some(TIME_MS + 5),
        ..Search::default()
    };
    assert_eq!(fixture.find(between.clone()).await, [4, 3, 2]);
    let below = Search {
        below: Some(4),
        ..between
    };
    assert_eq!(fixture.find(below).await, [3, 2]);
    let link = Search {
        has_link: true,
        ..Search::default()
    };
    assert_eq!(fixture.find(link).await, [2]);
}

#[tokio::test]
async fn a_message_with_a_picture_is_found_until_it_is_deleted() {
    let mut fixture = Fixture::new().await;
    let picture = Picture {
        blob: BlobName([7; 32]),
        w: 640,
        h: 480,
    };
    let pictured = Operation::PostMessage(Post {
        by: Some(MessageAuthor::new("Ann".to_owned(), color())),
        pictures: vec![picture],
        ..Post::default()
    });
    fixture.say([post("no picture"), pictured]).await;
    let image = Search {
        has_image: true,
        ..Search::default()
    };
    assert_eq!(fixture.find(image.clone()).await, [2]);
    let page = fixture.storage.messages(&id("one"), Page::Latest).await;
    assert_eq!(page.unwrap()[0].pictures, [picture]);
    fixture.say([Operation::DeleteMessage { message: 2 }]).await;
    assert!(fixture.find(image).await.is_empty());
}

/// R53. A picture that the board or another message shows is theirs too.
#[tokio::test]
async fn the_pictures_of_a_deleted_message_go_unless_something_else_shows_them() {
    let mut fixture = Fixture::new().await;
    let mut names = Vec::new();
    for text in [
        "only in the message",
        "on the board too",
        "in another message too",
    ] {
        let blob = Blob {
            content_type: "image/png".to_owned(),
            bytes: text.repeat(50_000).into_bytes(),
        };
        let kept = fixture.storage.keep_blob(&id("one"), blob).await.unwrap();
        let Kept::New(name) = kept else {
            panic!("{kept:?}")
        };
        names.push(name);
    }
    let with = |names: &[BlobName]| {
        let picture = |blob: &BlobName| Picture {
            blob: *blob,
            w: 6,
            h: 4,
        };
        Operation::PostMessage(Post {
            by: Some(MessageAuthor::new("Ann".to_owned(), color())),
            pictures: names.iter().map(picture).collect(),
            ..Post::default()
        })
    };
    let image = format!(
        r##"{{"type":"add_shapes","shapes":[{{"id":"7","author":1,"x":0,"y":0,"z":1,"color":"#1e1f22",
            "body":{{"kind":"image","w":6,"h":4,"blob":"{}"}}}}]}}"##,
        names[1]
    );
    let image = serde_json::from_str(&image).unwrap();
    fixture.say([with(&names), image, with(&names[2..])]).await;
    fixture.say([Operation::DeleteMessage { message: 1 }]).await;
    let left = |fixture: &Fixture| {
        let connection = Connection::open(fixture.path()).unwrap();
        let sql = "SELECT count(*), sum(length) FROM blobs";
        let row = connection.query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?)));
        row.unwrap()
    };
    assert_eq!(left(&fixture), (2, 50_000 * (16 + 22)));
    assert!(!is_in_the_folder(&fixture, "only in the message"));
    for (name, there) in names.iter().zip([false, true, true]) {
        let blob = fixture.storage.blob(&id("one"), *name).await.unwrap();
        assert_eq!(blob.is_some(), there, "{name}");
    }
    fixture.say([Operation::DeleteMessage { message: 3 }]).await;
    assert_eq!(left(&fixture), (1, 50_000 * 16));
    fixture.storage.close(&id("one")).await.unwrap();
    assert_eq!(crate::storage::verify(&fixture.path()).unwrap().pictures, 1);
}

#[tokio::test]
async fn a_page_can_begin_anywhere() {
    let mut fixture = Fixture::new().await;
    fixture.say((1..=120).map(|i| post(&format!("m{i}")))).await;
    let down = |from: u64, to: u64| (to..=from).rev().collect::<Vec<_>>();
    // Towards the past one more than a page has, if there is one.
    assert_eq!(fixture.page(Page::Latest).await, down(120, 70));
    assert_eq!(fixture.page(Page::Before(71)).await, down(70, 20));
    assert_eq!(fixture.page(Page::After(20)).await, down(70, 21));
    assert_eq!(fixture.page(Page::Around(50)).await, down(75, 25));
    assert_eq!(fixture.page(Page::At(TIME_MS + 50)).await, down(75, 25));
    assert_eq!(fixture.page(Page::At(0)).await, down(26, 1));
    assert_eq!(fixture.page(Page::At(u64::MAX)).await, down(120, 70));
    assert_eq!(fixture.page(Page::Before(u64::MAX)).await, down(120, 70));
}
