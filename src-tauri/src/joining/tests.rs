//! Joining hubs that are encrypted, were, or say they are, over real sockets.

use lanvas_hub::PortChoice;

use super::*;
use crate::pipe::tests::{fingerprint, hub, page_asks};

/// Somebody who joins.
struct Guest {
    folder: tempfile::TempDir,
    pipes: Pipes,
    nearby: watch::Sender<Arc<[NearbySession]>>,
}

impl Guest {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            pipes: Pipes::default(),
            nearby: watch::channel(Arc::from([])).0,
        }
    }

    /// As at the next start of the app.
    fn pins(&self) -> Pins {
        Pins::in_folder(self.folder.path())
    }

    async fn joins(&self, text: &str) -> Result<SessionAddress, Refusal> {
        let address = TypedAddress::parse(text).unwrap();
        let changed: OnChanged = Arc::new(|_| panic!("nothing changed"));
        let nearby = self.nearby.subscribe();
        join(address, &self.pins(), &self.pipes, nearby, changed).await
    }

    /// Compared the fingerprint, and says so.
    fn accepts(&self, refusal: &Refusal) {
        let hub = refusal.hub.as_ref().unwrap();
        let (session, place) = (hub.session.as_ref(), hub.place.as_str());
        let done = match hub.shown {
            Some(shown) => self.pins().remember(session, place, shown),
            None => self.pins().forget(session, place),
        };
        done.unwrap();
    }

    fn pipes(&self) -> usize {
        self.pipes.lock().len()
    }
}

#[tokio::test]
async fn an_encrypted_session_is_looked_at_once_and_joined_ever_after() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, session) = hub(folder.path(), PortChoice::Any, true).await;
    let guest = Guest::new();
    let place = format!("127.0.0.1:{}", hub.port());
    let link = format!("https://{place}/s/{session}");

    let first = guest.joins(&link).await.unwrap_err();
    assert_eq!(first.code, "hub_new");
    let shown = first.hub.as_ref().unwrap();
    assert_eq!(shown.shown_short, Some(fingerprint(&hub).short()));
    assert_eq!(
        (shown.place.as_str(), &shown.known_short),
        (place.as_str(), &None)
    );
    assert_eq!(guest.pipes(), 0);

    guest.accepts(&first);
    // By the link, by what is typed, by a plain link: a hub that has TLS says so.
    for text in [
        link.clone(),
        place.clone(),
        format!("http://{place}/s/{session}"),
    ] {
        let joined = guest.joins(&text).await.unwrap();
        assert_eq!(joined.session.as_str(), session);
        assert!(joined.base.ends_with(&place) && joined.base.starts_with("http://127.0.0.1:"));
        assert_eq!(page_asks(&joined.base, "/api/sessions").await.0, 200);
    }
    for _ in 0..PIPES_MAX {
        guest.joins(&link).await.unwrap();
    }
    assert_eq!(guest.pipes(), PIPES_MAX);
    let last = guest.joins(&link).await.unwrap();
    guest.pipes.keep_only(Some(&last.base));
    assert_eq!(page_asks(&last.base, "/api/sessions").await.0, 200);
    guest.pipes.keep_only(None);
    assert_eq!(guest.pipes(), 0);
    hub.shutdown().await.unwrap();
}

#[tokio::test]
async fn who_is_there_instead_is_refused_until_the_person_compared() {
    let (one, two, three) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let (first, session) = hub(one.path(), PortChoice::Any, true).await;
    let (port, known) = (first.port(), fingerprint(&first).short());
    let guest = Guest::new();
    let link = format!("https://127.0.0.1:{port}/s/{session}");
    guest.accepts(&guest.joins(&link).await.unwrap_err());
    guest.joins(&link).await.unwrap();
    first.shutdown().await.unwrap();

    let (other, _) = hub(two.path(), PortChoice::Exactly(port), true).await;
    for text in [link.clone(), format!("127.0.0.1:{port}")] {
        let refused = guest.joins(&text).await.unwrap_err();
        assert_eq!(refused.code, "hub_changed");
        let hub = refused.hub.as_ref().unwrap();
        assert_eq!(hub.known_short.as_ref(), Some(&known));
        assert_eq!(hub.shown_short, Some(fingerprint(&other).short()));
    }
    guest.accepts(&guest.joins(&link).await.unwrap_err());
    guest.joins(&link).await.unwrap();
    other.shutdown().await.unwrap();

    // Nobody can make it go on in clear by being there without TLS.
    let (bare, session) = hub(three.path(), PortChoice::Exactly(port), false).await;
    let place = format!("127.0.0.1:{port}");
    let refused = guest.joins(&place).await.unwrap_err();
    assert_eq!(refused.code, "hub_bare");
    assert_eq!(guest.joins(&link).await.unwrap_err().code, "not_lanvas");
    guest.accepts(&refused);
    let joined = guest.joins(&place).await.unwrap();
    assert_eq!(
        (joined.base, joined.session.as_str()),
        (format!("http://{place}"), &*session)
    );
    bare.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_the_network_announces_is_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, session) = hub(folder.path(), PortChoice::Any, true).await;
    let guest = Guest::new();
    let link = format!("https://127.0.0.1:{}/s/{session}", hub.port());
    let row = |fingerprint| NearbySession {
        id: SessionId::new(&session).unwrap(),
        title: String::new(),
        host: String::new(),
        people: 1,
        password: false,
        compatible: true,
        reachable: true,
        urls: vec![link.clone(), "http://10.0.0.5:7420/s/x".to_owned()],
        seen_ms: 0,
        fingerprint: Some(fingerprint),
    };
    let announced = Fingerprint::new([7; 32]);
    guest.nearby.send_replace(Arc::from([row(announced)]));
    let refused = guest.joins(&link).await.unwrap_err();
    assert_eq!(refused.code, "hub_unlike_announced");
    assert_eq!(refused.hub.unwrap().known_short, Some(announced.short()));

    guest
        .nearby
        .send_replace(Arc::from([row(fingerprint(&hub))]));
    assert_eq!(guest.joins(&link).await.unwrap_err().code, "hub_new");
    let places = places_of(&guest.nearby.borrow(), &SessionId::new(&session).unwrap());
    assert_eq!(
        places,
        [format!("127.0.0.1:{}", hub.port())],
        "only encrypted ones"
    );
    hub.shutdown().await.unwrap();
}
