//! One WebSocket: reads messages into the session, writes its outbox out.
//!
//! The reader paces itself instead of refusing: a sender past its rate is read later, so nothing
//! is lost and only it waits. The writer drains its outbox and then flushes once, so that what is
//! due together shares a system call. A connection that stays silent, or does not take what is
//! written, is given up.

use std::{sync::Arc, time::Duration};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::{
    Sink, SinkExt, Stream, StreamExt,
    stream::{SplitSink, SplitStream},
};
use lanvas_protocol::{
    ClientMessage, Encoding, ErrorCode, ServerMessage, decode_client,
    limits::{
        CLIENT_MESSAGE_BYTES_MAX, HELLO_BYTES_MAX, HELLO_TIMEOUT_S, PING_INTERVAL_S,
        SILENCE_TIMEOUT_S, WRITE_TIMEOUT_S,
    },
};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};

use crate::{
    frame::Frame,
    limits::{Allowance, CLOSE_TIMEOUT, WRITE_PACE_BYTES_PER_S},
    metrics::Metrics,
    outbox::{Lane, Outbox},
    session::ConnectionId,
    session_task::Command,
};

/// What a connection works with.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) id: ConnectionId,
    pub(crate) encoding: Encoding,
    pub(crate) session: mpsc::Sender<Command>,
    pub(crate) metrics: Metrics,
    pub(crate) allowance: Allowance,
}

/// Serves one socket until either side ends it.
///
/// The writer is a task of its own, which this one owns and outlives: in one task every frame that
/// goes out would poll the reader, too.
pub(crate) async fn serve(socket: WebSocket, link: Link) {
    let link = Arc::new(link);
    let outbox = Arc::new(Outbox::default());
    let (sink, mut stream) = socket.split();
    link.metrics.connections.inc();
    let mut writer = tokio::spawn(write(sink, Arc::clone(&link), Arc::clone(&outbox)));
    let ended = tokio::select! {
        ended = read(&mut stream, &link, &outbox) => ended,
        _ = &mut writer => Ended::Closed,
        // The session ended, perhaps before it heard of this connection.
        () = link.session.closed() => Ended::Refused(ErrorCode::ShuttingDown),
    };
    let connection = link.id;
    let _ = link.session.send(Command::Leave { connection }).await;
    if let Ended::Refused(code) = ended {
        outbox.push(Lane::Control, Arc::new(refusal(code)));
        outbox.close(code);
        let _ = timeout(CLOSE_TIMEOUT, &mut writer).await;
    }
    if !matches!(ended, Ended::Gone) {
        let _ = timeout(CLOSE_TIMEOUT, until_closed(&mut stream)).await;
    }
    writer.abort();
    link.metrics.connections.dec();
}

/// Says why in both ways a client can hear it, and hangs up.
pub(crate) async fn turn_away(socket: WebSocket, encoding: Encoding, code: ErrorCode) {
    let (mut sink, mut stream) = socket.split();
    refuse(&mut sink, encoding, code).await;
    let _ = timeout(CLOSE_TIMEOUT, until_closed(&mut stream)).await;
}

/// How one side of a connection ended.
enum Ended {
    /// The peer closed, vanished, fell silent or did not read.
    Gone,
    /// The peer broke a rule.
    Refused(ErrorCode),
    /// One of the two said goodbye; the other's answer is on its way.
    Closed,
}

// --- reading ------------------------------------------------------------------------------

async fn read(stream: &mut SplitStream<WebSocket>, link: &Link, outbox: &Arc<Outbox>) -> Ended {
    let mut pace = Pace::new(link.allowance, Instant::now());
    let mut deadline = Instant::now() + Duration::from_secs(HELLO_TIMEOUT_S);
    let mut greeted = false;
    loop {
        let message = match tokio::time::timeout_at(deadline, stream.next()).await {
            Err(_) if !greeted => return Ended::Refused(ErrorCode::HelloTimeout),
            Err(_) | Ok(None) => return Ended::Gone,
            Ok(Some(Err(error))) => return broken(&error),
            Ok(Some(Ok(message))) => message,
        };
        let now = Instant::now();
        if greeted {
            deadline = now + Duration::from_secs(SILENCE_TIMEOUT_S);
        }
        let due = pace.spend(now, length(&message));
        if due > now {
            sleep_until(due).await;
        }
        let bytes = match (&message, link.encoding) {
            (Message::Close(_), _) => return Ended::Closed,
            (Message::Ping(_) | Message::Pong(_), _) => continue,
            (Message::Binary(bytes), Encoding::Binary) => bytes.as_ref(),
            (Message::Text(text), Encoding::Json) => text.as_bytes(),
            (Message::Binary(_) | Message::Text(_), _) => {
                return Ended::Refused(ErrorCode::Malformed);
            }
        };
        if bytes.len() > HELLO_BYTES_MAX && !outbox.is_let_in() {
            return Ended::Refused(ErrorCode::MessageTooLarge);
        }
        link.metrics.messages_in.inc();
        link.metrics.bytes_in.inc_by(bytes.len() as u64);
        let Ok(message) = decode_client(bytes, link.encoding) else {
            return Ended::Refused(ErrorCode::Malformed);
        };
        if !greeted {
            if !matches!(message, ClientMessage::Hello(_)) {
                return Ended::Refused(ErrorCode::HelloExpected);
            }
            greeted = true;
            deadline = now + Duration::from_secs(SILENCE_TIMEOUT_S);
        }
        if link
            .session
            .send(command(link.id, message, outbox))
            .await
            .is_err()
        {
            return Ended::Refused(ErrorCode::ShuttingDown);
        }
    }
}

fn command(connection: ConnectionId, message: ClientMessage, outbox: &Arc<Outbox>) -> Command {
    match message {
        ClientMessage::Hello(hello) => Command::Join {
            connection,
            hello,
            outbox: Arc::clone(outbox),
        },
        message => Command::Receive {
            connection,
            message,
        },
    }
}

/// What a failed read means. The socket's own size limit answers with a code of its own.
fn broken(error: &axum::Error) -> Ended {
    let text = error.to_string();
    if text.contains("too long") || text.contains("too big") {
        Ended::Refused(ErrorCode::MessageTooLarge)
    } else {
        Ended::Gone
    }
}

fn length(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}

/// Two token buckets: messages and bytes.
#[derive(Debug)]
struct Pace {
    allowance: Allowance,
    /// When the buckets would be full if nothing more came. A burst is a head start.
    messages_full_at: Instant,
    bytes_full_at: Instant,
}

impl Pace {
    fn new(allowance: Allowance, now: Instant) -> Self {
        Self {
            allowance,
            messages_full_at: now,
            bytes_full_at: now,
        }
    }

    /// Takes a message of so many bytes; gives when it may be handled.
    fn spend(&mut self, now: Instant, bytes: usize) -> Instant {
        let Allowance {
            messages_burst,
            messages_per_s,
            bytes_burst,
            bytes_per_s,
        } = self.allowance;
        let message = Duration::from_secs(1) / messages_per_s;
        let size = u32::try_from(bytes.min(CLIENT_MESSAGE_BYTES_MAX)).unwrap_or(u32::MAX);
        let transfer = Duration::from_secs_f64(f64::from(size) / f64::from(bytes_per_s));
        self.messages_full_at = self.messages_full_at.max(now) + message;
        self.bytes_full_at = self.bytes_full_at.max(now) + transfer;
        let by_messages = self.messages_full_at.checked_sub(message * messages_burst);
        let burst = Duration::from_secs_f64(f64::from(bytes_burst) / f64::from(bytes_per_s));
        let by_bytes = self.bytes_full_at.checked_sub(burst);
        by_messages.max(by_bytes).unwrap_or(now)
    }
}

// --- writing ------------------------------------------------------------------------------

async fn write(
    mut sink: SplitSink<WebSocket, Message>,
    link: Arc<Link>,
    outbox: Arc<Outbox>,
) -> Result<(), axum::Error> {
    // One timer for the connection's life: setting one for each batch cost more than the batch.
    let every = Duration::from_secs(PING_INTERVAL_S);
    let mut heartbeat = interval_at(Instant::now() + every, every);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let batch = tokio::select! {
            biased;
            // Also while there is much to write: who only listens is heard by its pongs alone.
            _ = heartbeat.tick() => {
                within(0, sink.send(Message::Ping(axum::body::Bytes::new()))).await?;
                continue;
            }
            batch = outbox.next() => batch,
        };
        write_batch(&mut sink, &link, &batch.frames).await?;
        if let Some(code) = batch.close {
            return within(0, sink.send(closing(code))).await;
        }
        if let Some(number) = batch.drained {
            let connection = link.id;
            let drained = Command::Drained { connection, number };
            let _ = link.session.send(drained).await;
        }
    }
}

async fn write_batch(
    sink: &mut SplitSink<WebSocket, Message>,
    link: &Link,
    frames: &[Arc<Frame>],
) -> Result<(), axum::Error> {
    let mut all = 0;
    for frame in frames {
        let message = as_message(frame, link.encoding);
        let bytes = length(&message);
        all += bytes;
        within(bytes, sink.feed(message)).await?;
    }
    link.metrics.messages_out.inc_by(frames.len() as u64);
    link.metrics.bytes_out.inc_by(all as u64);
    within(0, sink.flush()).await
}

/// Bounds a write: so long without an end, for a frame of that size, means nobody reads.
async fn within(
    bytes: usize,
    write: impl Future<Output = Result<(), axum::Error>>,
) -> Result<(), axum::Error> {
    let seconds = WRITE_TIMEOUT_S + bytes as u64 / WRITE_PACE_BYTES_PER_S;
    match timeout(Duration::from_secs(seconds), write).await {
        Ok(result) => result,
        Err(elapsed) => Err(axum::Error::new(elapsed)),
    }
}

fn as_message(frame: &Frame, encoding: Encoding) -> Message {
    let bytes = frame.bytes(encoding);
    match encoding {
        Encoding::Binary => Message::Binary(bytes),
        Encoding::Json => {
            Message::Text(Utf8Bytes::try_from(bytes).expect("serde_json writes UTF-8"))
        }
    }
}

/// The close frame that says so.
pub(crate) fn closing(code: ErrorCode) -> Message {
    let close = code
        .close_code()
        .unwrap_or(lanvas_protocol::CloseCode::Internal);
    Message::Close(Some(CloseFrame {
        code: close.number(),
        reason: close.reason().into(),
    }))
}

fn refusal(code: ErrorCode) -> Frame {
    let detail = code.to_string();
    Frame::new(ServerMessage::Refused {
        seq: None,
        code,
        detail,
    })
}

async fn refuse(
    sink: &mut (impl Sink<Message, Error = axum::Error> + Unpin),
    encoding: Encoding,
    code: ErrorCode,
) {
    let message = as_message(&refusal(code), encoding);
    let said = within(0, async {
        sink.feed(message).await?;
        sink.send(closing(code)).await
    });
    let _ = said.await;
}

async fn until_closed(stream: &mut (impl Stream<Item = Result<Message, axum::Error>> + Unpin)) {
    while let Some(Ok(_)) = stream.next().await {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_at_once_and_then_the_pace_holds() {
        let now = Instant::now();
        let allowance = Allowance::default();
        let mut pace = Pace::new(allowance, now);
        for _ in 0..allowance.messages_burst {
            assert!(pace.spend(now, 10) <= now);
        }
        assert!(pace.spend(now, 10) > now);
        let later = now + Duration::from_secs(1);
        for _ in 0..allowance.messages_per_s - 1 {
            assert!(pace.spend(later, 10) <= later);
        }
        assert!(pace.spend(later, 10) > later);
    }

    #[test]
    fn large_messages_are_paced_by_their_bytes() {
        let now = Instant::now();
        let allowance = Allowance::default();
        let mut pace = Pace::new(allowance, now);
        let large = CLIENT_MESSAGE_BYTES_MAX;
        for _ in 0..allowance.bytes_burst as usize / large {
            assert!(pace.spend(now, large) <= now);
        }
        assert!(pace.spend(now, large) > now);
    }
}
