//! The chat over real sockets: who may change what, how fast one may talk, and what is left.

use lanvas_hub::{
    limits::Allowance,
    session::{chat::TalkAllowance, history::SNAPSHOT_TAIL_MAX},
};
use lanvas_protocol::{
    Encoding, ErrorCode, Operation, ParticipantId, ServerMessage,
    chat::{ChatMessage, Post},
    limits::{REACTION_KINDS_MAX, SLOW_MODE_S_MAX},
    operation::Applied,
};
use serde_json::json;

use crate::common::{Answer, Client, TestHub, add, message, named, stroke};

fn edit(message: u64, text: &str) -> Operation {
    Operation::EditMessage {
        message,
        text: text.to_owned(),
        mentions: Vec::new(),
    }
}

fn react(message: u64, emoji: &str, on: bool) -> Operation {
    Operation::React {
        message,
        emoji: emoji.to_owned(),
        on,
    }
}

async fn history(hub: &TestHub) -> Vec<ChatMessage> {
    let page = get(hub, "messages").await.json();
    serde_json::from_value(page["messages"].clone()).unwrap()
}

async fn get(hub: &TestHub, path: &str) -> Answer {
    hub.get(&format!("/api/sessions/{{id}}/{path}"), &[]).await
}

/// The operation that `client` is told at that number.
async fn told(client: &mut Client, number: u64) -> Applied {
    match client.until_number(number).await.pop() {
        Some(ServerMessage::Applied(applied)) => (*applied).clone(),
        other => panic!("not told: {other:?}"),
    }
}

/// R52 and R53: in the hub, whatever a client believes.
#[tokio::test]
async fn r52_r53_only_the_author_edits_and_only_author_and_host_delete() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let mut bo = hub.join("Bo").await;
    let mut host = hub.join_as_host("Hostess").await;
    let first = ann.ask(message("first")).await.unwrap();
    let second = ann.ask(message("second")).await.unwrap();

    let forbidden = Err(ErrorCode::Forbidden);
    assert_eq!(bo.ask(edit(first, "mine now")).await, forbidden);
    assert_eq!(host.ask(edit(first, "the host's")).await, forbidden);
    let delete = |message| Operation::DeleteMessage { message };
    assert_eq!(bo.ask(delete(first)).await, forbidden);

    let number = ann.ask(edit(first, " FIRST\u{202e} ")).await.unwrap();
    assert_eq!(number, second + 1, "a refusal takes no number (R20)");
    assert_eq!(told(&mut bo, number).await.operation, edit(first, "FIRST"));
    host.ask(delete(first)).await.unwrap();
    ann.ask(delete(second)).await.unwrap();

    let gone = Err(ErrorCode::MessageNotFound);
    assert_eq!(ann.ask(edit(first, "again")).await, gone);
    assert_eq!(ann.ask(delete(first)).await, gone);
    assert_eq!(ann.ask(delete(9_999)).await, gone);
    assert_eq!(ann.ask(react(first, "👍", true)).await, gone);
    for said in history(&hub).await {
        assert_eq!(said.text, "");
        assert!(said.deleted.is_some());
    }
}

/// R53: not told to those who come later, by the gap or by a snapshot.
#[tokio::test]
async fn r53_what_is_deleted_is_not_told_to_who_comes_later() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let bo = hub.join("Bo").await;
    // So much that a snapshot is made anew, with the words in it.
    let said = ann.ask(message("zymurgy")).await.unwrap();
    for count in 0..=SNAPSHOT_TAIL_MAX {
        ann.ask(add(stroke(&format!("s{count}"), 2))).await.unwrap();
    }
    let mut first = hub.connect(Encoding::Json).await;
    let seen = first.hello(named("Somebody who makes the snapshot")).await;
    let told = |of: &ServerMessage| match of {
        ServerMessage::Snapshot(part) => format!("{part:?}").contains("zymurgy"),
        _ => false,
    };
    assert!(seen.iter().any(told), "words in the snapshot");
    ann.ask(Operation::PostMessage(Post {
        reply_to: Some(said),
        ..Post::from("why?")
    }))
    .await
    .unwrap();
    ann.ask(edit(said, "zymurgy, I said")).await.unwrap();
    ann.ask(Operation::DeleteMessage { message: said })
        .await
        .unwrap();
    for hello in [bo.hello_again(0), named("Cy")] {
        let mut client = hub.connect(Encoding::Json).await;
        let seen = client.hello(hello).await;
        let seen = format!("{seen:?}");
        assert!(seen.contains("why?"), "{seen}");
        assert!(!seen.contains("zymurgy"), "{seen}");
    }
}

/// R51.
#[tokio::test]
async fn r51_an_answer_repeats_what_it_answers_and_calls_who_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let mut bo = hub.join("Bo").await;
    let asked = ann.ask(message("Shall we\nbegin?")).await.unwrap();
    let (ann_id, bo_id) = (ann.welcome().you.id, bo.welcome().you.id);
    let answer = |reply_to| {
        Operation::PostMessage(Post {
            reply_to: Some(reply_to),
            mentions: vec![ann_id, ParticipantId(999), ann_id, bo_id],
            ..Post::from("yes")
        })
    };
    for reply_to in [asked, 12_345] {
        let number = bo.ask(answer(reply_to)).await.unwrap();
        let Operation::PostMessage(post) = told(&mut ann, number).await.operation else {
            panic!("it is an answer")
        };
        let quote = post.quote.map(|quote| (quote.name, quote.text));
        let expected = ("Ann".to_owned(), "Shall we begin?".to_owned());
        assert_eq!(quote, (reply_to == asked).then_some(expected));
        assert_eq!(post.reply_to, (reply_to == asked).then_some(asked));
        assert_eq!(post.mentions, [ann_id, bo_id]);
    }
}

/// R54.
#[tokio::test]
async fn r54_emojis_are_counted_once_a_person_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let mut bo = hub.join("Bo").await;
    let said = ann.ask(message("hello")).await.unwrap();
    for client in [&mut ann, &mut bo] {
        client.ask(react(said, "👍", true)).await.unwrap();
        client.ask(react(said, "👍", true)).await.unwrap();
    }
    ann.ask(react(said, "👍", false)).await.unwrap();
    let reactions = history(&hub).await.remove(0).reactions;
    assert_eq!(reactions[0].by, [bo.welcome().you.id]);

    let invalid = Err(ErrorCode::InvalidReaction);
    for bad in ["", "ok", "👍👍👍👍👍👍👍👍👍", "\u{202e}"] {
        assert_eq!(ann.ask(react(said, bad, true)).await, invalid, "{bad}");
    }
    for kind in 1..REACTION_KINDS_MAX {
        let emoji = char::from_u32(0x1f300 + u32::try_from(kind).unwrap()).unwrap();
        let more = react(said, &emoji.to_string(), true);
        ann.ask(more).await.unwrap();
    }
    assert_eq!(ann.ask(react(said, "🦊", true)).await, invalid);
    ann.ask(react(said, "👍", true)).await.unwrap();
}

/// R55.
#[tokio::test]
async fn r55_slow_mode_says_how_long_to_wait_and_spares_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let mut host = hub.join_as_host("Hostess").await;
    let slow = |seconds| Operation::SetSlowMode { seconds };
    assert_eq!(ann.ask(slow(60)).await, Err(ErrorCode::Forbidden));
    host.ask(slow(60)).await.unwrap();
    ann.ask(message("one")).await.unwrap();
    let seq = ann.submit(message("two")).await;
    let refused = ann
        .until(|message| matches!(message, ServerMessage::Refused { .. }))
        .await;
    let Some(ServerMessage::Refused {
        seq: Some(had),
        code: ErrorCode::SlowMode,
        wait_ms: Some(wait_ms),
        ..
    }) = refused.last()
    else {
        panic!("{refused:?}")
    };
    assert_eq!(*had, seq);
    assert!((40_000..=60_000).contains(wait_ms), "{wait_ms}");
    ann.ask(edit(2, "an edit is no message")).await.unwrap();
    ann.ask(Operation::DeleteMessage { message: 2 })
        .await
        .unwrap(); // and the next snapshot is a fresh one
    for text in ["a", "b"] {
        host.ask(message(text)).await.unwrap();
    }
    let mut bo = hub.connect(Encoding::Json).await;
    let seen = format!("{:?}", bo.hello(named("Bo")).await);
    let ways = ["slow_mode_s: 60", "SetSlowMode { seconds: 60 }"];
    assert!(ways.iter().any(|way| seen.contains(way)), "{seen}");
    host.ask(slow(0)).await.unwrap();
    ann.ask(message("three")).await.unwrap();
    let number = host.ask(slow(u32::MAX)).await.unwrap();
    let told = told(&mut ann, number).await.operation;
    assert_eq!(told, slow(SLOW_MODE_S_MAX));
}

/// R55: the shipped pace, and what is refused is not said later by itself.
#[tokio::test]
async fn r55_who_talks_too_fast_waits_and_the_others_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let talk = TalkAllowance {
        burst: 3,
        interval_ms: 3_600_000,
    };
    let allowance = Allowance {
        talk,
        ..Allowance::default()
    };
    let hub = TestHub::start_allowing(folder.path(), allowance).await;
    let mut ann = hub.join("Ann").await;
    let mut bo = hub.join("Bo").await;
    let first = ann.ask(message("1")).await.unwrap();
    ann.ask(edit(first, "one")).await.unwrap();
    ann.ask(react(first, "👍", true)).await.unwrap();
    let limited = Err(ErrorCode::RateLimited);
    assert_eq!(ann.ask(message("2")).await, limited);
    assert_eq!(ann.ask(react(first, "👍", false)).await, limited);
    ann.ask(Operation::DeleteMessage { message: first })
        .await
        .unwrap();
    bo.ask(message("quite calm")).await.unwrap();
    assert_eq!(history(&hub).await.len(), 2);
}

/// R18: a message that is sent again after a drop is there once.
#[tokio::test]
async fn r18_a_message_sent_twice_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let seq = ann.submit(message("once")).await;
    ann.fate(seq).await.unwrap();
    let hello = ann.hello_again(0);
    drop(ann);
    let mut again = hub.connect(Encoding::Binary).await;
    again.hello(hello).await;
    again.seq = seq - 1;
    again.submit(message("once")).await;
    assert!(again.is_well().await);
    assert_eq!(history(&hub).await.len(), 1);
}

/// A client that knows nothing of all this talks on.
#[tokio::test]
async fn a_client_of_the_first_days_still_talks() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut old = hub.connect(Encoding::Json).await;
    old.hello(named("Old")).await;
    let submit = json!({"type": "submit", "seq": 1,
                        "operation": {"type": "post_message", "text": "hello"}});
    old.send_json(&submit).await;
    old.until(|message| matches!(message, ServerMessage::Confirmed { seq: 1, .. }))
        .await;
    let page = get(&hub, "messages").await;
    let plain = page.json()["messages"][0].clone();
    let keys: Vec<_> = plain.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "author", "by", "number", "replica", "seq", "text", "time_ms"
        ],
        "nothing new where nothing new was said"
    );
}

/// R57.
#[tokio::test]
async fn r57_history_from_anywhere_and_what_is_found_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    for index in 1..=120 {
        ann.submit(message(&format!("message {index}"))).await;
    }
    ann.until(|message| matches!(message, ServerMessage::Stored { number: 120 }))
        .await;
    let numbers = |answer: &Answer| -> Vec<u64> {
        let messages = answer.json()["messages"].as_array().unwrap().clone();
        let number = |message: &serde_json::Value| message["number"].as_u64().unwrap();
        messages.iter().map(number).collect()
    };
    let down = |from: u64, to: u64| (to..=from).rev().collect::<Vec<_>>();
    let around = get(&hub, "messages?around=30").await;
    assert_eq!(numbers(&around), down(55, 6));
    assert_eq!(
        (&around.json()["next"], &around.json()["newer"]),
        (&json!(6), &json!(55))
    );
    let newer = get(&hub, "messages?after=55").await;
    assert_eq!(numbers(&newer), down(105, 56));
    let last = get(&hub, "messages?after=105").await;
    assert_eq!(numbers(&last), down(120, 106));
    assert_eq!(last.json().get("newer"), None);
    let end = get(&hub, "messages?around=119").await;
    assert_eq!(numbers(&end)[0], 120);
    assert_eq!(end.json().get("newer"), None);

    let found = get(&hub, "search?words=MESS%2012&from=ann").await;
    assert_eq!(numbers(&found), [120, 12]);
    ann.ask(Operation::DeleteMessage { message: 120 })
        .await
        .unwrap();
    let found = get(&hub, "search?words=mess%2012").await;
    assert_eq!(numbers(&found), [12], "at once, stored or not");
    let all = get(&hub, "search?words=message&before=100").await;
    assert_eq!(numbers(&all), down(99, 50));
    assert_eq!(all.json()["next"], 50);
    for bad in [
        "messages?before=1&after=2",
        "messages?at=noon",
        "search?has=everything",
        "search?words=a%20a%20a%20a%20a%20a%20a%20a%20a%20a%20a%20a%20a%20a%20a%20a%20a",
    ] {
        let answer = get(&hub, bad).await;
        assert_eq!(answer.status(), 400, "{bad}");
        assert_eq!(answer.json()["code"], "invalid_query");
    }
}
