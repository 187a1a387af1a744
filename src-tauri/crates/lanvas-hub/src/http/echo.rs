//! `/echo`: sends back every text and binary message, for whoever tries a connection or runs a
//! conformance suite. Reads and writes through the same code as a session's sockets.

use std::time::Duration;

use lanvas_protocol::{Encoding, ErrorCode};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tungstenite::Message;

use crate::{
    connection::{Inlet, Socket, pace::Purse},
    limits::{CLOSE_TIMEOUT, ECHO_ALLOWANCE, Patience},
    line::Line,
    websocket::{self, Opcode},
};

/// Until the peer closes, breaks a rule or does not read, or the hub ends.
pub(crate) async fn serve(socket: Socket, patience: &'static Patience, ending: CancellationToken) {
    let line = Line::new(socket.stream, Encoding::Binary, patience);
    let purse = Purse::new(ECHO_ALLOWANCE, None, Instant::now());
    let mut inlet = Inlet::of_echo(socket.early, purse);
    let last = tokio::select! {
        last = send_back(&mut inlet, &line, patience.echo) => last,
        () = ending.cancelled() => Some(websocket::closing(ErrorCode::ShuttingDown)),
    };
    if let Some(last) = last {
        line.write_last(last);
        let _ = timeout(CLOSE_TIMEOUT, line.finish()).await;
        if !ending.is_cancelled() {
            line.shut();
        }
        let _ = timeout(CLOSE_TIMEOUT, inlet.until_closed(&line)).await;
    }
}

/// Gives the last frame to be written, unless the peer is gone.
async fn send_back(inlet: &mut Inlet, line: &Line, patience: Duration) -> Option<bytes::Bytes> {
    loop {
        let message = match timeout(patience, inlet.next(line)).await {
            // There are few places: who only holds one gives it to the next.
            Err(_) => return Some(websocket::close_frame(1001, "idle")),
            Ok(message) => match message.ok()? {
                Ok(message) => message,
                Err(end) => return Some(end.last_frame()),
            },
        };
        let frame = match message {
            Message::Text(text) => whole(Opcode::Text, text.as_bytes()),
            Message::Binary(bytes) => whole(Opcode::Binary, &bytes),
            _ => continue,
        };
        line.send(frame).await.ok()?;
    }
}

fn whole(opcode: Opcode, message: &[u8]) -> bytes::Bytes {
    websocket::frame(opcode, |payload| payload.extend_from_slice(message))
}
