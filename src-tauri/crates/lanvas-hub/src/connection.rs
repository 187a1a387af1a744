//! One WebSocket: reads messages into the session, and is there for its line when the socket is
//! full.
//!
//! One task. The reader paces itself instead of refusing: a sender past its rate is read later, so
//! nothing is lost and only it waits. What is for the peer is mostly written by the session's task
//! ([`crate::line`]); this one goes on when the socket was full, pings, and gives up a peer that
//! stays silent or does not take what is written. One timer does all of that.

mod clock;
mod inlet;
pub(crate) mod pace;

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use lanvas_protocol::{
    ClientMessage, Encoding, ErrorCode, ServerMessage, decode_client, limits::HELLO_BYTES_MAX,
};
use tokio::{
    sync::{mpsc, watch},
    task::yield_now,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;
use tungstenite::Message;

pub(crate) use self::inlet::Inlet;
use self::{
    clock::{Clock, Due},
    pace::{AddressPace, Purse},
};
pub(crate) use crate::limits::{PATIENCE, Patience};
use crate::{
    frame::Frame,
    limits::{Allowance, CLOSE_TIMEOUT},
    line::Line,
    metrics::Metrics,
    outbox::Lane,
    session::ConnectionId,
    session_task::Command,
    stream::Stream,
    websocket::End,
    whereabouts::Told,
};

/// A socket taken over from HTTP.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) stream: Stream,
    /// What the peer sent before it had the answer to its request.
    pub(crate) early: Bytes,
}

/// What a connection works with.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) id: ConnectionId,
    /// Where the peer is.
    pub(crate) address: IpAddr,
    pub(crate) encoding: Encoding,
    pub(crate) session: mpsc::Sender<Command>,
    pub(crate) metrics: Metrics,
    pub(crate) allowance: Allowance,
    /// What it shares with others from its address.
    pub(crate) address_pace: AddressPace,
    pub(crate) patience: &'static Patience,
    /// Where the hub is reached.
    pub(crate) addresses: watch::Receiver<Told>,
    /// Cancelled when the hub ends.
    pub(crate) ending: CancellationToken,
}

impl Link {
    /// Why the session's task is gone.
    fn why_gone(&self) -> ErrorCode {
        if self.ending.is_cancelled() {
            ErrorCode::ShuttingDown
        } else {
            ErrorCode::Internal
        }
    }
}

/// Serves one socket until either side ends it.
pub(crate) async fn serve(socket: Socket, link: Link) {
    let Socket { stream, early } = socket;
    let line = Arc::new(Line::new(stream, link.encoding, link.patience));
    let purse = Purse::new(link.allowance, link.address_pace.clone(), Instant::now());
    let mut inlet = Inlet::of_session(early, purse);
    let clock = Clock::new(Instant::now(), link.patience);
    link.metrics.connections.inc();
    let ended = tokio::select! {
        biased;
        ended = read(&mut inlet, &link, &line, &clock) => ended,
        ended = tend(&link, &line, &clock) => ended,
        // The session ended, perhaps before it heard of this connection.
        () = link.session.closed() => Ended::Refused(link.why_gone()),
    };
    let connection = link.id;
    let _ = link.session.send(Command::Leave { connection }).await;
    match &ended {
        Ended::Gone | Ended::Over => {}
        Ended::Said(end) => line.write_last(end.last_frame()),
        Ended::Refused(code) => {
            line.outbox().push(Lane::Control, Arc::new(refusal(*code)));
            line.outbox().close(*code);
        }
    }
    if !matches!(ended, Ended::Gone) {
        let _ = timeout(CLOSE_TIMEOUT, line.finish()).await;
        if matches!(ended, Ended::Said(_)) {
            line.shut(); // no answer is owed to us
        }
        let _ = timeout(CLOSE_TIMEOUT, inlet.until_closed(&line)).await;
    }
    link.metrics.connections.dec();
}

/// Says why in both ways a client can hear it, and hangs up.
pub(crate) async fn turn_away(socket: Socket, encoding: Encoding, code: ErrorCode) {
    let line = Line::new(socket.stream, encoding, &PATIENCE);
    line.outbox().push(Lane::Control, Arc::new(refusal(code)));
    line.outbox().close(code);
    let _ = timeout(CLOSE_TIMEOUT, line.finish()).await;
    let purse = Purse::new(Allowance::default(), None, Instant::now());
    let mut inlet = Inlet::of_session(socket.early, purse);
    let _ = timeout(CLOSE_TIMEOUT, inlet.until_closed(&line)).await;
}

/// How a connection ended.
#[derive(Debug)]
enum Ended {
    /// The peer vanished, fell silent or did not read.
    Gone,
    /// The peer broke a rule of ours.
    Refused(ErrorCode),
    /// The peer said goodbye or broke a rule of RFC 6455.
    Said(End),
    /// Our last frame is out; the peer's answer is on its way.
    Over,
}

// --- reading ------------------------------------------------------------------------------

async fn read(inlet: &mut Inlet, link: &Link, line: &Arc<Line>, clock: &Clock) -> Ended {
    let mut greeted = false;
    loop {
        let message = match inlet.next(line).await {
            Err(_) => return Ended::Gone,
            // R6: past the limit is told in our words, too.
            Ok(Err(End::TooLarge)) => return Ended::Refused(ErrorCode::MessageTooLarge),
            Ok(Err(end)) => return Ended::Said(end),
            Ok(Ok(message)) => message,
        };
        let now = Instant::now();
        clock.heard(now);
        let bytes = match (&message, link.encoding) {
            (Message::Binary(bytes), Encoding::Binary) => bytes.as_ref(),
            (Message::Text(text), Encoding::Json) => text.as_bytes(),
            (Message::Binary(_) | Message::Text(_), _) => {
                return Ended::Refused(ErrorCode::Malformed);
            }
            (Message::Pong(_), _) => {
                line.note_round_trip(clock.round_trip(now));
                continue;
            }
            _ => continue, // pings have been seen to
        };
        let message = match take_in(bytes, link, line, greeted) {
            Ok(message) => message,
            Err(code) => return Ended::Refused(code),
        };
        if !greeted {
            greeted = true;
            clock.greeted(now);
        }
        let command = command(link, message, line);
        if link.session.send(command).await.is_err() {
            return Ended::Refused(link.why_gone());
        }
    }
}

/// What the bytes say, if they may be said now.
fn take_in(
    bytes: &[u8],
    link: &Link,
    line: &Line,
    greeted: bool,
) -> Result<ClientMessage, ErrorCode> {
    if bytes.len() > HELLO_BYTES_MAX && !line.outbox().is_let_in() {
        return Err(ErrorCode::MessageTooLarge);
    }
    link.metrics.messages_in.inc();
    link.metrics.bytes_in.inc_by(bytes.len() as u64);
    let message = decode_client(bytes, link.encoding).map_err(|_| ErrorCode::Malformed)?;
    if !greeted && !matches!(message, ClientMessage::Hello(_)) {
        return Err(ErrorCode::HelloExpected);
    }
    Ok(message)
}

fn command(link: &Link, message: ClientMessage, line: &Arc<Line>) -> Command {
    let connection = link.id;
    match message {
        ClientMessage::Hello(hello) => Command::Join {
            connection,
            hello,
            address: link.address,
            line: Arc::clone(line),
        },
        message => Command::Receive {
            connection,
            message,
        },
    }
}

// --- the line's needs ---------------------------------------------------------------------

/// Writes on when the socket was full, pings, and watches how long the peer takes.
async fn tend(link: &Link, line: &Line, clock: &Clock) -> Ended {
    let timer = sleep_until(clock.next(None));
    tokio::pin!(timer);
    let mut addresses = link.addresses.clone();
    addresses.mark_changed();
    let mut to_tell = false;
    loop {
        if to_tell && line.outbox().is_let_in() {
            to_tell = false;
            tell_addresses(line, &addresses.borrow_and_update());
        }
        let (written, need) = line.resume();
        link.metrics.messages_out.inc_by(written.messages);
        link.metrics.bytes_out.inc_by(written.bytes);
        if need.over {
            return Ended::Over;
        }
        if let Some(number) = line.take_drained() {
            let connection = link.id;
            let drained = Command::Drained { connection, number };
            let _ = link.session.send(drained).await;
            continue; // what had to wait for it
        }
        if need.more {
            yield_now().await;
            continue;
        }
        let next = clock.next(need.deadline);
        if timer.deadline() > next {
            timer.as_mut().reset(next);
        }
        tokio::select! {
            () = line.called() => {}
            Ok(()) = addresses.changed(), if !to_tell => to_tell = true,
            _ = line.stream().writable(), if need.blocked => {}
            () = timer.as_mut() => {
                match clock.due(Instant::now(), need.deadline) {
                    Due::Nothing => {}
                    Due::Ping => line.ping(),
                    Due::Hello => return Ended::Refused(ErrorCode::HelloTimeout),
                    Due::Silence | Due::Write => return Ended::Gone,
                }
                timer.as_mut().reset(clock.next(need.deadline));
            }
        }
    }
}

/// R70: after the welcome, and whenever they change. A hub that only its own machine reaches has none.
fn tell_addresses(line: &Line, addresses: &Told) {
    if !addresses.is_empty() {
        let addresses = addresses.to_vec();
        let frame = Frame::new(ServerMessage::AddressesChanged { addresses });
        line.outbox().push(Lane::Control, Arc::new(frame));
    }
}

fn refusal(code: ErrorCode) -> Frame {
    let detail = code.to_string();
    Frame::new(ServerMessage::Refused {
        seq: None,
        code,
        detail,
        wait_ms: None,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lanvas_protocol::codec;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpSocket, TcpStream},
    };
    use tungstenite::protocol::frame::{
        Frame as Raw,
        coding::{Data, OpCode},
    };

    use super::*;

    static SHORT: Patience = Patience {
        hello: DEADLINE, // said at once, but a busy machine may be late
        ping: Duration::from_millis(100),
        silence: Duration::from_millis(400),
        write: Duration::from_millis(100),
        echo: DEADLINE,
        upload: DEADLINE,
    };
    /// What takes longer hangs.
    const DEADLINE: Duration = Duration::from_secs(60);

    /// A served connection: the peer's end, and what the session hears.
    async fn served(patience: &'static Patience) -> (TcpStream, mpsc::Receiver<Command>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = TcpSocket::new_v4().unwrap();
        peer.set_recv_buffer_size(4 * 1024).unwrap();
        let peer = peer.connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let (session, commands) = mpsc::channel(16);
        let link = Link {
            id: ConnectionId(1),
            address: std::net::Ipv4Addr::LOCALHOST.into(),
            encoding: Encoding::Binary,
            session,
            metrics: Metrics::default(),
            allowance: Allowance::default(),
            address_pace: None,
            patience,
            addresses: watch::channel(Told::default()).1,
            ending: CancellationToken::new(),
        };
        let early = Bytes::new();
        let stream = Stream::Plain(stream);
        tokio::spawn(serve(Socket { stream, early }, link));
        (peer, commands)
    }

    async fn hello(peer: &mut TcpStream, commands: &mut mpsc::Receiver<Command>) -> Arc<Line> {
        let hello = ClientMessage::Hello(Box::default());
        let bytes = codec::encode_client(&hello, Encoding::Binary);
        let mut frame = Raw::message(bytes, OpCode::Data(Data::Binary), true);
        frame.header_mut().mask = Some([0; 4]);
        let mut raw = Vec::new();
        frame.format(&mut raw).unwrap();
        peer.write_all(&raw).await.unwrap();
        match next(commands).await {
            Some(Command::Join { line, .. }) => line,
            other => panic!("{other:?}"),
        }
    }

    async fn next(commands: &mut mpsc::Receiver<Command>) -> Option<Command> {
        timeout(DEADLINE, commands.recv()).await.unwrap()
    }

    /// R5: a peer that is half open (its machine sleeps, its cable is out) answers no ping.
    #[tokio::test]
    async fn who_answers_no_ping_is_given_up() {
        // A machine that does much else may come to its timers when all of them are due.
        for _ in 0..6 {
            if pings_before_it_is_given_up().await > 0 {
                return;
            }
        }
        panic!("it was not asked whether it is there");
    }

    async fn pings_before_it_is_given_up() -> usize {
        let (mut peer, mut commands) = served(&SHORT).await;
        let began = Instant::now();
        let line = hello(&mut peer, &mut commands).await;
        assert!(matches!(
            next(&mut commands).await,
            Some(Command::Leave { .. })
        ));
        assert!(began.elapsed() >= SHORT.silence);
        drop(line);
        let mut said = Vec::new();
        peer.read_to_end(&mut said).await.unwrap();
        let pings = said.chunks(2).filter(|frame| frame == &[0x89, 0]).count();
        assert_eq!(pings * 2, said.len(), "pings and no close");
        pings
    }

    /// The same, but it was being written to: its socket takes nothing any more.
    #[tokio::test]
    async fn who_reads_nothing_is_given_up_before_its_silence() {
        static PATIENT: Patience = Patience {
            silence: Duration::from_secs(3_600),
            ..SHORT
        };
        let (mut peer, mut commands) = served(&PATIENT).await;
        let line = hello(&mut peer, &mut commands).await;
        let began = Instant::now();
        let frame = || {
            let detail = "x".repeat(3_000);
            let code = ErrorCode::Internal;
            Frame::new(ServerMessage::Refused {
                seq: None,
                code,
                detail,
                wait_ms: None,
            })
        };
        for _ in 0..4_000 {
            line.outbox().push(Lane::CatchUp(None), Arc::new(frame()));
        }
        line.call();
        assert!(matches!(
            next(&mut commands).await,
            Some(Command::Leave { .. })
        ));
        assert!((SHORT.write..DEADLINE).contains(&began.elapsed()));
    }

    #[tokio::test]
    async fn who_goes_while_the_session_decides_leaves() {
        let (mut peer, mut commands) = served(&SHORT).await;
        let line = hello(&mut peer, &mut commands).await;
        drop(peer);
        assert!(matches!(
            next(&mut commands).await,
            Some(Command::Leave { .. })
        ));
        assert_eq!(line.flush(), crate::line::Written::default());
    }
}
