//! The pages of the notes over real sockets, and their life over HTTP.

use lanvas_protocol::{
    ClientMessage, Encoding, ErrorCode, Operation, PageId, ServerMessage, TextChange, TextChanges,
    message::{Caret, NotesPage, Presence},
};

use crate::common::{Client, TestHub, named};

fn insert(base: u64, at: u32, text: &str, after: u32) -> Operation {
    let changes = vec![
        TextChange::Retain(at),
        TextChange::Replace {
            deleted: 0,
            inserted: text.to_owned(),
        },
        TextChange::Retain(after),
    ];
    let changes = TextChanges(changes);
    Operation::EditNotes { base, changes }
}

fn page() -> PageId {
    PageId::new("p2").unwrap()
}

fn on_page(edit: &Operation) -> Operation {
    let (_, base, changes) = edit.notes_edit().unwrap();
    Operation::EditPage {
        page: page(),
        base,
        changes: changes.clone(),
    }
}

fn add(title: &str) -> Operation {
    Operation::AddPage {
        page: page(),
        title: title.to_owned(),
        order: 1.0,
    }
}

fn removed(page: PageId, on: bool) -> Operation {
    Operation::UpdatePage {
        page,
        title: None,
        order: None,
        removed: Some(on),
    }
}

/// What a newcomer is told of the notes: the first page's text, and the pages.
async fn told(hub: &TestHub) -> (String, Vec<NotesPage>) {
    let mut late = hub.connect(Encoding::Binary).await;
    let heard = late.hello(named("Late")).await;
    let mut rests = heard.into_iter().filter_map(|message| match message {
        ServerMessage::Snapshot(part) => part.rest,
        _ => None,
    });
    let rest = rests.next().unwrap();
    (rest.notes, rest.pages)
}

/// R62, R63: pages come, are written on, go and come back, also over a restart.
#[tokio::test]
async fn r62_the_notes_have_pages() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (mut ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    ann.ask(insert(0, 0, "one", 0)).await.unwrap();
    let early = on_page(&insert(1, 0, "x", 0));
    assert_eq!(ann.ask(early.clone()).await, Err(ErrorCode::PageNotFound));
    ann.ask(add(" Ideas\n")).await.unwrap();
    assert_eq!(ann.ask(add("Again")).await, Err(ErrorCode::PageExists));
    assert_eq!(
        ann.ask(early).await,
        Err(ErrorCode::StaleRevision),
        "made before there was the page"
    );
    // At the same time, on both pages: they do not get into each other's way.
    ann.ask(on_page(&insert(2, 0, "b", 0))).await.unwrap();
    bo.ask(on_page(&insert(2, 0, "o", 0))).await.unwrap();
    bo.ask(insert(2, 3, " two", 0)).await.unwrap();
    ann.ask(removed(page(), true)).await.unwrap();
    bo.ask(on_page(&insert(5, 2, "!", 0))).await.unwrap();
    assert_eq!(
        bo.ask(removed(PageId::first(), true)).await,
        Err(ErrorCode::LastPage)
    );
    bo.ask(removed(page(), false)).await.unwrap();
    hub.hub.shutdown().await.unwrap();

    let hub = TestHub::start(folder.path()).await;
    let (first, pages) = told(&hub).await;
    assert_eq!(first, "one two");
    let ideas = NotesPage {
        page: page(),
        title: "Ideas".to_owned(),
        order: 1.0,
        removed: None,
        text: "bo!".to_owned(),
    };
    assert_eq!(pages, [NotesPage::default(), ideas]);
    let history = "/api/sessions/{id}/notes/history?page=p2";
    let edits = hub.get(history, &[]).await.json();
    assert_eq!(edits["edits"].as_array().unwrap().len(), 3, "R60");
}

/// R34: it cannot have been made on what nobody has numbered yet.
#[tokio::test]
async fn r34_an_edit_of_a_future_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let number = ann.ask(insert(0, 0, "one", 0)).await.unwrap();
    let stale = Err(ErrorCode::StaleRevision);
    assert_eq!(ann.ask(insert(number + 1, 3, "!", 0)).await, stale);
    assert_eq!(ann.ask(insert(u64::MAX, 3, "!", 0)).await, stale);
    ann.ask(insert(number, 3, "!", 0)).await.unwrap();
}

fn caret(base: u64, anchor: u32, head: u32, page: PageId) -> Caret {
    Caret {
        base,
        anchor,
        head,
        page,
    }
}

async fn point(client: &mut Client, caret: Caret) {
    let presence = Presence {
        caret: Some(caret),
        ..Presence::default()
    };
    client.send(&ClientMessage::ShowPresence(presence)).await;
}

/// R41: carets that rested while others typed stand for a newcomer where they stand for the rest;
/// one of a time that has not been is left as it was told.
#[tokio::test]
async fn r41_a_newcomer_sees_where_the_others_are_in_the_notes_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (mut ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    let mut eve = hub.join("Eve").await;
    ann.ask(insert(0, 0, "one two", 0)).await.unwrap();
    bo.ask(add("Ideas")).await.unwrap();
    // "one |two|"; Bo is on the other page, and Eve says that she is in the future.
    point(&mut ann, caret(2, 4, 7, PageId::first())).await;
    point(&mut bo, caret(2, 0, 0, page())).await;
    point(&mut eve, caret(99, 1, 1, PageId::first())).await;
    // Each is asked after what they showed, so that it is known to have come.
    eve.ask(insert(2, 0, "👋 ", 7)).await.unwrap();
    bo.ask(insert(3, 10, "!", 0)).await.unwrap();
    ann.ask(insert(4, 11, " three", 0)).await.unwrap();

    let shown = shown_to_newcomer(&hub).await;
    let expected = [
        Some(caret(5, 7, 10, PageId::first())),
        Some(caret(5, 0, 0, page())),
        Some(caret(99, 1, 1, PageId::first())),
    ];
    assert_eq!(shown, expected);
    bo.ask(insert(5, 0, "-", 17)).await.unwrap();
    let again = shown_to_newcomer(&hub).await;
    assert_eq!(again[0], Some(caret(6, 8, 11, PageId::first())));
}

/// The carets of Ann, Bo and Eve, in the order in which they came.
async fn shown_to_newcomer(hub: &TestHub) -> Vec<Option<Caret>> {
    let mut late = hub.connect(Encoding::Binary).await;
    let mut heard = late.hello(named("Late")).await;
    let mut shown = std::collections::BTreeMap::new();
    loop {
        for message in heard {
            if let ServerMessage::PresenceShown {
                participant,
                presence,
            } = message
            {
                shown.insert(participant, presence.caret);
            }
        }
        if shown.len() == 3 {
            return shown.into_values().collect();
        }
        heard = vec![late.next().await.unwrap()];
    }
}

/// R60: who wrote what and when, also after a restart, and only for who may read.
#[tokio::test]
async fn r60_the_notes_edits_can_be_read_from_the_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (mut ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    ann.ask(insert(0, 0, "one", 0)).await.unwrap();
    bo.ask(insert(1, 3, " two", 0)).await.unwrap();
    hub.hub.shutdown().await.unwrap();

    let hub = TestHub::start(folder.path()).await;
    let page = hub
        .get("/api/sessions/{id}/notes/history", &[])
        .await
        .json();
    let edits = page["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 2);
    assert_eq!(edits[0]["by"]["name"], "Ann");
    assert_eq!(edits[1]["by"]["name"], "Bo");
    assert_eq!(edits[1]["changes"], serde_json::json!([3, [0, " two"]]));
    assert_eq!(page["next"], serde_json::Value::Null);
    let rest = hub
        .get("/api/sessions/{id}/notes/history?after=1", &[])
        .await
        .json();
    assert_eq!(rest["edits"].as_array().unwrap().len(), 1);

    let folder = tempfile::tempdir().unwrap();
    let closed = TestHub::start_with(folder.path(), |config| {
        config.password = Some("open sesame".to_owned());
    })
    .await;
    let answer = closed.get("/api/sessions/{id}/notes/history", &[]).await;
    assert_eq!(answer.status(), 401);
}
