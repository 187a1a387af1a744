//! Accepts connections and serves the routes on them.
//!
//! Not `axum::serve`, because that has no time limit for a request's head: a thousand half-sent
//! requests would stay for ever. Structured: every connection's task is tracked by the hub.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, extract::Request, response::IntoResponse};
use hyper::{
    body::Incoming,
    rt::{Read, Write},
    server::conn::http1,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{
    places::{Place, Places},
    problem::Problem,
};
use crate::{
    hub::Shared,
    limits::{HEAD_BYTES_MAX, HEADER_TIMEOUT, HTTP_TIMEOUT},
    tls::{Met, Tls},
};

/// How long to wait when the system has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts until the hub ends.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = super::router(Arc::clone(&shared));
    let redirecting = super::tls::redirecting(Arc::clone(&shared));
    let places = Arc::new(Places::allowing(shared.tuning.allowance));
    loop {
        let accepted = tokio::select! {
            () = shared.ending.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let Some(place) = places.take(peer.ip(), Instant::now()) else {
            continue; // dropping the stream is the cheapest no
        };
        let ending = shared.ending.clone();
        let Some(tls) = &shared.tls else {
            let served = serve_one(stream, router.clone(), place, ending);
            shared.tasks.spawn(served);
            continue;
        };
        let routers = (router.clone(), redirecting.clone());
        let served = serve_sealed(stream, tls.clone(), routers, place, ending);
        shared.tasks.spawn(served);
    }
}

async fn serve_one(
    stream: TcpStream,
    router: Router,
    place: Arc<Place>,
    ending: CancellationToken,
) {
    // Who comes too often waits, and only who comes from there.
    tokio::select! {
        () = sleep_until(place.due) => {}
        () = ending.cancelled() => return,
    }
    let _ = stream.set_nodelay(true);
    serve_http(TokioIo::new(stream), router, place, ending, HTTP_TIMEOUT).await;
}

/// With TLS on: the routes for who comes by it, the way there for all others.
async fn serve_sealed(
    stream: TcpStream,
    tls: Tls,
    (router, redirecting): (Router, Router),
    place: Arc<Place>,
    ending: CancellationToken,
) {
    let met = async {
        // Before the handshake, which is the work here.
        sleep_until(place.due).await;
        let _ = stream.set_nodelay(true);
        tls.meet(stream).await
    };
    let met = tokio::select! {
        met = met => met,
        () = ending.cancelled() => return,
    };
    match met {
        Some(Met::Sealed(stream)) => {
            let stream = TokioIo::new(*stream);
            serve_http(stream, router, place, ending, HTTP_TIMEOUT).await;
        }
        Some(Met::Plain(stream)) => {
            let stream = TokioIo::new(stream);
            serve_http(stream, redirecting, place, ending, HTTP_TIMEOUT).await;
        }
        None => {}
    }
}

/// Until it ends, becomes a socket, or has lasted for `longest`. When the hub ends, what is being
/// answered is answered still.
async fn serve_http(
    stream: impl Read + Write + Unpin + Send + 'static,
    router: Router,
    place: Arc<Place>,
    ending: CancellationToken,
    longest: Duration,
) {
    let asked = Arc::new(AtomicBool::new(false));
    let has_asked = Arc::clone(&asked);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        has_asked.store(true, Ordering::Relaxed);
        let mut request = request.map(Body::new);
        // An upgraded socket outlives this connection and keeps its place.
        request.extensions_mut().insert(Arc::clone(&place));
        let due = place.request(Instant::now());
        let fits = head_bytes(&request) <= HEAD_BYTES_MAX;
        let answer = router.clone().oneshot(request);
        async move {
            sleep_until(due).await;
            if fits {
                answer.await
            } else {
                Ok(Problem::HEAD_TOO_LARGE.into_response())
            }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(stream, service)
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        _ = timeout(longest, connection.as_mut()) => {}
        () = ending.cancelled() => {
            connection.as_mut().graceful_shutdown();
            // Between two requests that ends it, but for the rest of the first head it would wait.
            if asked.load(Ordering::Relaxed) {
                let _ = connection.await;
            }
        }
    }
}

/// Of a request's head as it is written without needless spaces. What one read brought is let through
/// by hyper, however much that was.
fn head_bytes(request: &Request) -> usize {
    let line = "  HTTP/1.1\r\n\r\n".len()
        + request.method().as_str().len()
        + request.uri().to_string().len();
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    line + headers.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        task::JoinHandle,
    };

    use super::*;
    use crate::promise;

    /// What takes longer hangs.
    const DEADLINE: Duration = Duration::from_secs(60);

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const BODY: usize = 100_000;

    struct Served {
        /// Its buffer is much smaller than [`BODY`]: who does not read holds the answer up.
        peer: DuplexStream,
        ending: CancellationToken,
        task: JoinHandle<()>,
    }

    fn serving(longest: Duration) -> Served {
        let places = Arc::new(Places::default());
        let place = places.take([192, 168, 1, 9].into(), Instant::now());
        let (peer, stream) = duplex(1_024);
        let router = Router::new().route("/", get(async || vec![7_u8; BODY]));
        let ending = CancellationToken::new();
        let stream = TokioIo::new(stream);
        let served = serve_http(stream, router, place.unwrap(), ending.clone(), longest);
        Served {
            peer,
            ending,
            task: tokio::spawn(served),
        }
    }

    impl Served {
        /// What comes until the connection is closed.
        async fn rest(&mut self) -> Vec<u8> {
            let mut rest = Vec::new();
            let read = self.peer.read_to_end(&mut rest);
            timeout(DEADLINE, read).await.unwrap().unwrap();
            rest
        }

        async fn until_done(self) {
            timeout(DEADLINE, self.task).await.unwrap().unwrap();
        }
    }

    /// Who does not read does not keep it, whatever is still to come.
    #[tokio::test]
    async fn a_connection_that_becomes_no_socket_ends_in_time() {
        // A machine that does much else may not come to answer in a short time.
        for longest_ms in [300, 3_000, 30_000] {
            let longest = Duration::from_millis(longest_ms);
            let began = Instant::now();
            let mut served = serving(longest);
            let mut first = [0; 100];
            if served.peer.write_all(REQUEST).await.is_err()
                || served.peer.read_exact(&mut first).await.is_err()
            {
                continue;
            }
            timeout(DEADLINE, &mut served.task).await.unwrap().unwrap();
            assert!(began.elapsed() >= longest, "not before its time");
            let rest = served.rest().await;
            assert!(rest.len() < BODY, "it did not end well");
            return;
        }
        panic!("no answer ever began");
    }

    #[tokio::test]
    async fn what_is_being_answered_when_the_hub_ends_is_answered() {
        let mut served = serving(HTTP_TIMEOUT);
        served.peer.write_all(REQUEST).await.unwrap();
        served.peer.read_exact(&mut [0; 1]).await.unwrap();
        served.ending.cancel();
        assert!(served.rest().await.ends_with(&[7; BODY]), "all of it came");
        served.until_done().await;
    }

    /// Nobody waits for the rest of a head, be it of the first request or of a later one.
    #[tokio::test]
    async fn half_a_request_ends_with_the_hub() {
        // What is waited for is given up after its time in any case, so it must not come to that.
        promise::keeps(HEADER_TIMEOUT / 2, async || {
            half_a_request(false).await.max(half_a_request(true).await)
        })
        .await;
    }

    /// How long it takes to end beside one.
    async fn half_a_request(before: bool) -> Duration {
        let mut served = serving(HTTP_TIMEOUT);
        if before {
            served.peer.write_all(REQUEST).await.unwrap();
            let mut answer = Vec::new();
            while !answer.ends_with(&[7; BODY]) {
                answer.push(served.peer.read_u8().await.unwrap());
            }
        }
        served.peer.write_all(&REQUEST[..20]).await.unwrap();
        tokio::task::yield_now().await;
        let began = Instant::now();
        served.ending.cancel();
        assert_eq!(served.rest().await, b"", "after a whole one: {before}");
        served.until_done().await;
        began.elapsed()
    }
}
