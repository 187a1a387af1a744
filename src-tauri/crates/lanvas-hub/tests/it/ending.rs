//! How a hub ends: everybody is told, everything is kept, and it does not take long.

use lanvas_hub::limits::{CLOSE_TIMEOUT, SHUTDOWN_TIMEOUT};
use lanvas_protocol::{Encoding, ServerMessage};
use tokio::{
    io::AsyncWriteExt,
    time::{Duration, Instant, sleep},
};

use crate::{
    common::{Client, TestHub, add, message, named, stroke},
    promise,
};

#[tokio::test]
async fn the_end_is_told_to_everybody_and_keeps_everything() {
    promise::keeps(SHUTDOWN_TIMEOUT, the_end_of_200_messages).await;
}

async fn the_end_of_200_messages() -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (mut ann, mut bo) = (
        hub.join("Ann").await,
        hub.join_by("Bo", Encoding::Json).await,
    );
    let mut newcomer = hub.connect(Encoding::Binary).await;
    for index in 0..200 {
        ann.submit(message(&format!("message {index}"))).await;
    }
    ann.until_number(200).await;
    let (port, session) = (hub.hub.port(), hub.session.clone());
    let began = Instant::now();
    let ending = tokio::spawn(async move {
        hub.hub.shutdown().await.unwrap();
        began.elapsed()
    });
    assert_eq!(ann.until_closed().await.1, 4503);
    assert_eq!(bo.until_closed().await.1, 4503);
    assert_eq!(
        newcomer.until_closed().await.1,
        4503,
        "also who has not said hello"
    );
    drop((ann, bo, newcomer));
    let took = ending.await.unwrap();
    let mut knocks = 0;
    while tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_ok()
    {
        knocks += 1; // somebody else may have been given the port, though not for long
        assert!(knocks < 100, "nobody listens any more");
        sleep(Duration::from_millis(10)).await;
    }

    let hub = TestHub::start(folder.path()).await;
    assert_eq!(hub.session, session, "the newest is opened again");
    let mut ann = hub.connect(Encoding::Binary).await;
    ann.hello(named("Ann")).await;
    assert_eq!((ann.welcome().number, ann.welcome().stored), (200, 200));
    took
}

/// Somebody who does not read holds nobody up.
#[tokio::test]
async fn a_deaf_client_does_not_delay_the_end() {
    promise::keeps(SHUTDOWN_TIMEOUT, async || {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start(folder.path()).await;
        let (port, session) = (hub.hub.port(), hub.session.as_str().to_owned());
        let mut deaf = Client::connect_narrow(port, &session, Encoding::Binary).await;
        deaf.hello(named("Deaf")).await;
        let mut ann = hub.join("Ann").await;
        for index in 0..400 {
            ann.submit(add(stroke(&format!("s{index}"), 5_000))).await;
        }
        ann.until_number(400).await;
        drop(ann);
        let began = Instant::now();
        hub.hub.shutdown().await.unwrap();
        began.elapsed()
    })
    .await;
}

/// Nor does who has said half of what they want, or has a connection and wants nothing.
#[tokio::test]
async fn half_a_request_does_not_delay_the_end() {
    // Whoever is waited for has this second.
    promise::keeps(CLOSE_TIMEOUT, async || {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start(folder.path()).await;
        let (mut half, silent) = (hub.tcp().await, hub.tcp().await);
        half.write_all(b"GET / HTTP/1.1\r\nHo").await.unwrap();
        // By the time somebody who came later has an answer, the hub has met these two.
        assert_eq!(hub.get("/healthz", &[]).await.status(), 200);
        let began = Instant::now();
        hub.hub.shutdown().await.unwrap();
        let took = began.elapsed();
        drop((half, silent));
        took
    })
    .await;
}

/// R21: what was reported stored is there, although the hub was not asked to end.
#[tokio::test]
async fn what_was_reported_stored_is_there_after_a_sudden_end() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    for index in 0..20 {
        ann.submit(message(&format!("message {index}"))).await;
    }
    let seen = ann
        .until(|it| matches!(it, ServerMessage::Stored { number: 20 }))
        .await;
    assert!(!seen.is_empty());
    // The file as it lies there, while the hub still has it open: what a killed hub leaves behind.
    let after = tempfile::tempdir().unwrap();
    let sessions = after.path().join("sessions");
    std::fs::create_dir_all(&sessions).unwrap();
    for entry in std::fs::read_dir(folder.path().join("sessions")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, sessions.join(path.file_name().unwrap())).unwrap();
    }
    let again = TestHub::start(after.path()).await;
    let mut bo = again.connect(Encoding::Binary).await;
    bo.hello(named("Bo")).await;
    assert_eq!(bo.welcome().number, 20);
}

/// One session ends; people in the other notice nothing, and the first can be hosted again.
#[tokio::test]
async fn one_session_ends_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let other = hub.hub.create_session("Other").await.unwrap();
    let mut ann = hub.join("Ann").await;
    let port = hub.hub.port();
    let mut bo = Client::connect(port, other.as_str(), Encoding::Json).await;
    bo.hello(named("Bo")).await;
    ann.submit(message("kept")).await;
    ann.until_number(1).await;

    hub.hub.close_session(&hub.session).await.unwrap();
    assert_eq!(ann.until_closed().await.1, 4404);
    let hosted = hub.hub.sessions().borrow().clone();
    assert_eq!(hosted.len(), 1);
    assert_eq!(hosted[0].id, other);
    assert!(hub.hub.close_session(&hub.session).await.is_err());
    hub.hub.retitle_session(&hub.session, "Map").await.unwrap();
    hub.hub.retitle_session(&other, "Bo's own").await.unwrap();
    let title = |message: &ServerMessage| matches!(message, ServerMessage::Applied(it) if matches!(&it.operation, lanvas_protocol::Operation::SetTitle { title } if title == "Bo's own"));
    bo.until(title).await;

    hub.hub.open(&hub.session).await.unwrap();
    let ann = hub.join("Ann").await;
    assert_eq!(ann.welcome().number, 2, "what she said, and the title");
    assert_eq!(hub.hub.sessions().borrow().len(), 2);
}
