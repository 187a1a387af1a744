//! `lanvas-server chat`: a session's chat in a terminal, as a working example of a client that
//! speaks nothing but the contract's JSON.
//!
//! Promises: standard output carries the chat alone, one message a line and nothing that a terminal
//! would obey; what was typed is with the hub when it ends, in its order, and what the hub will not
//! have is told and makes it a failure. It does not come back by itself when the connection breaks: it
//! says so and ends.

mod conversation;
mod link;

use std::{
    io::{BufRead, Write, stdin, stdout},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use lanvas_discovery::{Discovery, DiscoveryConfig, NearbySession};
use lanvas_protocol::{ClientMessage, Encoding, codec, limits::PING_INTERVAL_S, message::Hello};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::mpsc,
    time::{Instant, interval, sleep_until},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use self::{
    conversation::{Conversation, Heard},
    link::Link,
};
use crate::{arguments::ChatArguments, sealed, serve};

/// How long to listen for sessions when the argument is no link.
const LISTEN_TIME: Duration = Duration::from_secs(3);
/// Lines that may wait to be sent; who pastes more waits.
const LINES_MAX: usize = 64;

/// A connection, encrypted or not.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Duplex for S {}

type Socket = WebSocketStream<Box<dyn Duplex>>;

/// Joins, prints what is said and says what is typed, until the input ends.
pub(crate) fn run(arguments: &ChatArguments) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.context("Lanvas cannot start")?;
    let ended = runtime.block_on(talk(arguments));
    // The thread that reads the keyboard may still wait for a line.
    runtime.shutdown_background();
    ended
}

async fn talk(arguments: &ChatArguments) -> Result<()> {
    let link = match Link::read(&arguments.session) {
        Some(link) => link,
        None => nearby(&arguments.session).await?,
    };
    let mut socket = connect(&link, arguments).await?;
    let password = arguments.password_file.as_deref().map(serve::password);
    let hello = Hello {
        name: arguments.name.clone(),
        password: password.transpose()?,
        host_token: link.host_token,
        invite: link.invite,
        ..Hello::default()
    };
    send(&mut socket, &ClientMessage::Hello(Box::new(hello))).await?;
    converse(&mut socket, Conversation::default()).await
}

async fn connect(link: &Link, arguments: &ChatArguments) -> Result<Socket> {
    let unreachable = || {
        format!(
            "{} cannot be reached; ask the host for the current link",
            link.authority
        )
    };
    let stream: Box<dyn Duplex> = if link.sealed {
        Box::new(sealed::connect(&link.authority, &arguments.trust).await?)
    } else {
        let connected = TcpStream::connect(&link.authority).await;
        Box::new(connected.with_context(unreachable)?)
    };
    let upgraded = client_async(link.socket.as_str(), stream).await;
    Ok(upgraded.with_context(unreachable)?.0)
}

async fn converse(socket: &mut Socket, mut conversation: Conversation) -> Result<()> {
    let mut typed = keyboard();
    let mut heartbeat = interval(Duration::from_secs(PING_INTERVAL_S));
    let mut again_at = None;
    loop {
        if conversation.is_over() {
            let _ = socket.close(None).await;
            return all_said(conversation.unsaid());
        }
        tokio::select! {
            line = typed.recv(), if conversation.listens() => match line {
                Some(line) => {
                    let (lines, message) = conversation.typed(&line);
                    print(&lines)?;
                    if let Some(message) = message {
                        send(socket, &message).await?;
                    }
                }
                None => conversation.input_ended(),
            },
            frame = socket.next() => {
                let wait = hear(frame, &mut conversation)?;
                again_at = wait.map(|wait| Instant::now() + wait).or(again_at);
            }
            () = moment(again_at) => {
                again_at = None;
                if let Some(message) = conversation.again() {
                    send(socket, &message).await?;
                }
            }
            _ = heartbeat.tick() => send(socket, &ClientMessage::Ping { nonce: 0 }).await?,
        }
    }
}

/// Never, if there is none.
async fn moment(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

fn all_said(unsaid: usize) -> Result<()> {
    match unsaid {
        0 => Ok(()),
        1 => bail!("1 line was not said; why stands above. Change it and say it again."),
        many => {
            bail!("{many} lines were not said; why stands above. Change them and say them again.")
        }
    }
}

/// Gives how long what was said last is to wait until it is said again.
fn hear(
    frame: Option<Result<Message, tokio_tungstenite::tungstenite::Error>>,
    conversation: &mut Conversation,
) -> Result<Option<Duration>> {
    match frame {
        Some(Ok(Message::Text(text))) => {
            // What a newer hub says and this client does not know is passed over.
            let Ok(message) = codec::decode_server(text.as_bytes(), Encoding::Json) else {
                return Ok(None);
            };
            match conversation.hear(&message) {
                Heard::Lines(lines) => print(&lines).map(|()| None),
                Heard::Trouble(sentence) => {
                    eprintln!("{sentence}");
                    Ok(None)
                }
                Heard::Later(sentence, wait) => {
                    eprintln!("{sentence}");
                    Ok(Some(wait))
                }
                Heard::Refused(sentence) => bail!(sentence),
            }
        }
        Some(Ok(Message::Close(_))) | None => {
            bail!("The connection ended; start the same command again to go on.")
        }
        Some(Ok(_)) => Ok(None),
        Some(Err(error)) => {
            Err(error).context("The connection broke; start the same command again to go on")
        }
    }
}

async fn send(socket: &mut Socket, message: &ClientMessage) -> Result<()> {
    let json = String::from_utf8(codec::encode_client(message, Encoding::Json))?;
    let sent = socket.send(Message::text(json)).await;
    sent.context("The connection broke; start the same command again to go on")
}

/// Lines as they are typed or piped in; the channel ends with the input. What is not UTF-8 has
/// replacement characters.
fn keyboard() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(LINES_MAX);
    std::thread::spawn(move || {
        for line in stdin().lock().split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn print(lines: &[String]) -> Result<()> {
    let mut out = stdout().lock();
    for line in lines {
        writeln!(out, "{line}").context("Nobody reads standard output")?;
    }
    out.flush().context("Nobody reads standard output")
}

/// The one session nearby whose title has those words in it.
async fn nearby(title: &str) -> Result<Link> {
    let discovery = Discovery::start(DiscoveryConfig::default())?;
    let heard = discovery.nearby();
    tokio::time::sleep(LISTEN_TIME).await;
    let found = heard.borrow().to_vec();
    discovery.shutdown().await;
    let wanted = title.to_lowercase();
    let fits = |session: &&NearbySession| session.title.to_lowercase().contains(&wanted);
    let fitting: Vec<_> = found.iter().filter(fits).collect();
    let names = |sessions: &[&NearbySession]| -> String {
        let named = sessions.iter().map(|it| format!("“{}”", it.title));
        named.collect::<Vec<_>>().join(", ")
    };
    match fitting.as_slice() {
        [one] => one
            .urls
            .iter()
            .find_map(|url| Link::read(url))
            .context("The session nearby has no address that can be used"),
        [] if found.is_empty() => {
            bail!("No session was heard nearby; give the link that the host shows.")
        }
        [] => bail!(
            "No session nearby is called that; there are {}.",
            names(&found.iter().collect::<Vec<_>>())
        ),
        several => bail!(
            "Several sessions nearby are called that: {}; give more of the title.",
            names(several)
        ),
    }
}
