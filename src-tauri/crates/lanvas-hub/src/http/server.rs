//! Accepts connections and serves the routes on them.
//!
//! Not `axum::serve`, because that has no time limit for a request's head: a thousand half-sent
//! requests would stay for ever. Structured: every connection's task is tracked by the hub.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
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

use super::places::{Place, Places};
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

/// Until it ends, becomes a socket, or has lasted for `longest`.
async fn serve_http(
    stream: impl Read + Write + Unpin + Send + 'static,
    router: Router,
    place: Arc<Place>,
    ending: CancellationToken,
    longest: Duration,
) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        // An upgraded socket outlives this connection and keeps its place.
        request.extensions_mut().insert(Arc::clone(&place));
        let due = place.request(Instant::now());
        let answer = router.clone().oneshot(request);
        async move {
            sleep_until(due).await;
            answer.await
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
            let _ = connection.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(20);

    /// Who does not read does not keep it, whatever is still to come.
    #[tokio::test]
    async fn a_connection_that_becomes_no_socket_ends_in_time() {
        let longest = Duration::from_millis(300);
        let places = Arc::new(Places::default());
        let began = Instant::now();
        let place = places.take([192, 168, 1, 9].into(), began).unwrap();
        let (mut peer, stream) = duplex(1_024);
        let router = Router::new().route("/", get(async || vec![7_u8; 100_000]));
        let ending = CancellationToken::new();
        let served = serve_http(TokioIo::new(stream), router, place, ending, longest);
        let served = tokio::spawn(served);
        let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        peer.write_all(request).await.unwrap();
        peer.read_exact(&mut [0; 100]).await.unwrap();
        timeout(DEADLINE, served).await.unwrap().unwrap();
        assert!(began.elapsed() >= longest, "not before its time");
        let mut rest = Vec::new();
        peer.read_to_end(&mut rest).await.unwrap();
        assert!(rest.len() < 100_000, "it did not end well");
    }
}
