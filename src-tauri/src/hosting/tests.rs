//! The task on a folder of its own, asked as the commands ask it.

use std::net::Ipv4Addr;
use std::path::Path;

use lanvas_hub::{assets::NoUi, storage::HISTORY_BYTES_DEFAULT};

use super::*;
use crate::words::Language;

fn wishes() -> Wishes {
    Wishes {
        host_name: String::new(),
        port: PortChoice::Any,
        bind: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        visible: true,
        encrypted: false,
        history_bytes: HISTORY_BYTES_DEFAULT,
    }
}

/// The task on a folder of its own, with discovery off, as the commands see it.
struct Shell {
    requests: mpsc::Sender<Request>,
    hosted: watch::Receiver<Arc<[SessionInfo]>>,
    task: tokio::task::JoinHandle<()>,
}

impl Shell {
    fn on(folder: &Path) -> Self {
        let plan = HostingPlan {
            data_dir: folder.to_owned(),
            ui: Arc::new(NoUi),
            words: Language::English.words(),
            wishes: wishes(),
        };
        let (hosted_in, hosted) = watch::channel(Arc::from([]));
        let hosting = Hosting::new(plan, Discovery::switched_off("test"), hosted_in);
        let (requests, received) = mpsc::channel(4);
        let task = tokio::spawn(hosting.run(received));
        Self {
            requests,
            hosted,
            task,
        }
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> T {
        let (reply, answer) = oneshot::channel();
        self.requests.send(request(reply)).await.ok().unwrap();
        answer.await.unwrap()
    }

    async fn start(&self, title: &str) -> HostedSession {
        self.host(Which::Newest(Some(title.to_owned())))
            .await
            .unwrap()
    }

    async fn host(&self, which: Which) -> Result<HostedSession, Refusal> {
        self.ask(|reply| Request::Start { which, reply }).await
    }

    async fn titles(&self) -> Vec<(String, bool)> {
        let own = self.ask(|reply| Request::Own { reply }).await.unwrap();
        own.into_iter().map(|one| (one.title, one.hosted)).collect()
    }

    async fn work(&self, session: &SessionId, work: FileWork) -> Result<(), Refusal> {
        let session = session.clone();
        let request = |reply| Request::File {
            session,
            work,
            reply,
        };
        self.ask(request).await
    }

    async fn bring(&self, path: &Path) -> Result<HostedSession, Refusal> {
        let path = path.to_owned();
        self.ask(|reply| Request::Bring { path, reply }).await
    }

    async fn stop(&self, session: Option<&SessionId>) {
        let session = session.cloned();
        let stopped = self.ask(|reply| Request::Stop { session, reply }).await;
        stopped.unwrap();
    }

    async fn current(&self) -> Option<HostedSession> {
        let session = None;
        self.ask(|reply| Request::Current { session, reply }).await
    }

    async fn end(self) {
        self.ask(|reply| Request::Shutdown { reply }).await;
        self.task.await.unwrap();
    }
}

#[tokio::test]
async fn starting_twice_is_one_session_and_stopping_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let shell = Shell::on(folder.path());
    assert_eq!(shell.current().await, None);

    let first = shell.start("Map").await;
    assert_eq!(first.title, "Map");
    assert_eq!(shell.start("Other").await, first);
    assert_eq!(shell.current().await, Some(first.clone()));
    assert!(
        tokio::net::TcpStream::connect(("127.0.0.1", first.port))
            .await
            .is_ok()
    );

    shell.stop(None).await;
    assert_eq!(shell.current().await, None);
    assert!(
        tokio::net::TcpStream::connect(("127.0.0.1", first.port))
            .await
            .is_err()
    );
    assert_eq!(shell.hosted.borrow().len(), 0);
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_hub_is_reached_by_the_window_and_keeps_its_certificate() {
    use lanvas_hub::tls::pinned::{self, Trust};
    let folder = tempfile::tempdir().unwrap();
    let mut shown = Vec::new();
    for _ in 0..2 {
        let shell = Shell::on(folder.path());
        let encrypted = Wishes {
            encrypted: true,
            ..wishes()
        };
        shell
            .requests
            .send(Request::Wish(encrypted))
            .await
            .ok()
            .unwrap();
        let hosted = shell.start("Map").await;
        let base = &hosted.address.base;
        let place = format!("127.0.0.1:{}", hosted.port);
        assert!(base.starts_with("http://127.0.0.1:") && base.ends_with(&place));
        assert!(hosted.urls.iter().all(|url| url.starts_with("https://")));
        let (status, answer) = crate::pipe::tests::page_asks(base, "/api/sessions").await;
        assert!(status == 200 && answer.contains("Map"), "{answer}");
        let (_, fingerprint) = pinned::connect(&place, Trust::First).await.unwrap();
        shown.push(fingerprint);
        // Switched off, the next hub is plain; this one stays as it is.
        shell
            .requests
            .send(Request::Wish(wishes()))
            .await
            .ok()
            .unwrap();
        assert_eq!(shell.current().await.unwrap().address.base, *base);
        shell.stop(None).await;
        let plain = shell.start("Map").await;
        assert_eq!(
            plain.address.base,
            format!("http://127.0.0.1:{}", plain.port)
        );
        shell.end().await;
    }
    assert_eq!(shown[0], shown[1]);
}

#[tokio::test]
async fn the_next_start_brings_the_same_session_back() {
    let folder = tempfile::tempdir().unwrap();
    let shell = Shell::on(folder.path());
    let first = shell.start("Map").await;
    shell.end().await;

    let again = Shell::on(folder.path());
    let second = again.start("Other").await;
    assert_eq!(second.title, "Map");
    assert_eq!(second.address.session, first.address.session);
    assert_ne!(second.address.host_token, first.address.host_token);
    again.end().await;
}

#[tokio::test]
async fn a_folder_in_use_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let first = Shell::on(folder.path());
    first.start("Map").await;
    let second = Shell::on(folder.path());
    let refusal = second.host(Which::Newest(None)).await.unwrap_err();
    assert_eq!(refusal.code, "storage_failed");
    assert!(
        refusal.message.contains("Another Lanvas is using") && !refusal.message.ends_with(".."),
        "{}",
        refusal.message
    );
    first.end().await;
    second.end().await;
}

#[tokio::test]
async fn sessions_are_chosen_made_thrown_away_and_had_back() {
    let folder = tempfile::tempdir().unwrap();
    let shell = Shell::on(folder.path());
    assert_eq!(shell.titles().await, []);
    let map = shell.start("Map").await.address.session;
    shell.stop(None).await;
    let refusal = shell.work(&map, FileWork::Restore).await.unwrap_err();
    assert_eq!(refusal.code, "storage_failed", "nothing was thrown away");
    assert_eq!(shell.titles().await, [("Map".to_owned(), false)]);

    // Another one is made; the first is chosen beside it and both are open.
    let notes = shell.host(Which::New(Some("Notes".into()))).await.unwrap();
    let chosen = shell.host(Which::This(map.clone())).await.unwrap();
    assert_eq!((chosen.title.as_str(), chosen.port), ("Map", notes.port));
    assert_eq!(shell.current().await, Some(chosen));
    assert!(shell.titles().await.iter().all(|(_, hosted)| *hosted));
    assert!(
        shell.work(&map, FileWork::Discard).await.is_err(),
        "it is hosted"
    );

    shell.stop(None).await;
    shell.work(&map, FileWork::Discard).await.unwrap();
    assert_eq!(shell.titles().await, [("Notes".to_owned(), false)]);
    let refusal = shell.host(Which::This(map.clone())).await.unwrap_err();
    assert_eq!(refusal.code, "storage_failed");
    assert_eq!(shell.current().await, None, "a failed start hosts nothing");
    shell.work(&map, FileWork::Restore).await.unwrap();
    assert_eq!(shell.host(Which::This(map)).await.unwrap().title, "Map");
    shell.end().await;
}

#[tokio::test]
async fn one_session_stops_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let shell = Shell::on(folder.path());
    let map = shell.start("Map").await.address.session;
    let notes = shell.host(Which::New(Some("Notes".into()))).await.unwrap();
    shell.stop(Some(&notes.address.session)).await;
    let left = shell.current().await.unwrap();
    assert_eq!(
        (left.address.session.clone(), left.port),
        (map.clone(), notes.port)
    );
    let titles = shell.titles().await;
    assert!(titles.contains(&("Notes".into(), false)) && titles.contains(&("Map".into(), true)));
    shell.stop(Some(&map)).await;
    assert_eq!(
        shell.current().await,
        None,
        "with the last one the hub ends"
    );
    assert!(
        tokio::net::TcpStream::connect(("127.0.0.1", left.port))
            .await
            .is_err()
    );
    shell.end().await;
}

#[tokio::test]
async fn files_are_renamed_doubled_and_brought_whether_hosted_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let shell = Shell::on(folder.path());
    let map = shell.start("Map").await.address.session;
    for (hosted, copies_expected) in [(true, 1), (false, 2)] {
        let title = format!("Map {hosted}");
        shell
            .work(&map, FileWork::Retitle(title.clone()))
            .await
            .unwrap();
        shell.work(&map, FileWork::Duplicate).await.unwrap();
        let titles = shell.titles().await;
        assert!(titles.contains(&(title.clone(), hosted)), "{titles:?}");
        let copies = titles
            .iter()
            .filter(|(title, hosted)| title.ends_with(" (copy)") && !hosted);
        assert_eq!(copies.count(), copies_expected, "{titles:?}");
        shell.stop(None).await;
    }
    let mailed = tempfile::tempdir().unwrap();
    let mailed = mailed.path().join("from Ann.lanvas");
    let path = folder.path().join(format!("sessions/{map}.lanvas"));
    std::fs::copy(path, &mailed).unwrap();
    let brought = shell.bring(&mailed).await.unwrap();
    assert_eq!(
        (&brought.address.session, brought.note),
        (&map, None),
        "it is here already"
    );

    shell.stop(None).await;
    shell
        .work(&map, FileWork::Retitle("Ours".into()))
        .await
        .unwrap();
    let brought = shell.bring(&mailed).await.unwrap();
    assert_eq!(
        (brought.title.as_str(), &brought.note),
        ("Map false (copy)", &Some(Note::Copied))
    );

    std::fs::write(&mailed, "a letter").unwrap();
    let refusal = shell.bring(&mailed).await.unwrap_err();
    assert_eq!(refusal.code, "file_foreign");
    assert_eq!(
        refusal.message,
        "The session could not be opened. This file is not a Lanvas session."
    );
    shell.end().await;
}

#[tokio::test]
async fn a_damaged_session_is_opened_as_far_as_it_can_be_read_and_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let shell = Shell::on(folder.path());
    let map = shell.start("Map").await.address.session;
    shell.stop(None).await;
    for turn in 0..200 {
        let title = format!("Map {turn} {}", "x".repeat(80));
        shell.work(&map, FileWork::Retitle(title)).await.unwrap();
    }
    let path = folder.path().join(format!("sessions/{map}.lanvas"));
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length - 3 * 4096 + 7).unwrap();
    let hosted = shell.host(Which::This(map)).await.unwrap();
    let Some(Note::Rescued { operations, .. }) = hosted.note else {
        panic!("it says so: {:?}", hosted.note);
    };
    assert!((1..200).contains(&operations), "{operations}");
    shell.end().await;
}

#[test]
fn loopback_is_no_link() {
    assert!(!shown::leads_a_guest_here("http://127.0.0.1:7420/s/x"));
    assert!(shown::leads_a_guest_here("http://192.168.1.5:7420/s/x"));
}
