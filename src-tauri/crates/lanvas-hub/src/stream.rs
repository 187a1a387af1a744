//! The socket of a connection, plain or inside TLS, as a line and its reader use it: nothing here
//! waits but for the system to say that there is something to read or room to write.
//!
//! Inside TLS: who writes encrypts at once, as much as [`SEALED_BYTES_MAX`], and writes of that what
//! the socket takes; the rest goes first the next time ([`Stream::try_flush`]). Promises: bytes that
//! were taken go out in order; a peer that sends what carries nothing is ended
//! ([`HOLLOW_BYTES_MAX`]). Must not know: frames, messages, certificates.

use std::{
    fmt,
    io::{self, ErrorKind, IoSlice, Read, Write},
    net::Shutdown,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use socket2::SockRef;
use tokio::{io::Interest, net::TcpStream};
use tokio_rustls::{rustls::ServerConnection, server::TlsStream};

/// Bytes that TLS keeps for a socket that is full: one record, which at the slowest pace
/// ([`crate::limits::WRITE_PACE_BYTES_PER_S`]) is out before a line's patience ends.
const SEALED_BYTES_MAX: usize = 16 * 1024;
/// Bytes of TLS that may come in a row and carry nothing: some records as large as they may be.
const HOLLOW_BYTES_MAX: usize = 64 * 1024;

/// See the module.
#[derive(Debug)]
pub(crate) enum Stream {
    /// The bytes as they are.
    Plain(TcpStream),
    /// Inside TLS.
    Sealed(Box<Sealed>),
}

/// A socket and the state of its TLS.
pub(crate) struct Sealed {
    socket: TcpStream,
    session: Mutex<Session>,
    /// There may be bytes that were decrypted and not read yet.
    unread: AtomicBool,
}

struct Session {
    tls: ServerConnection,
    /// Bytes that came since some carried something.
    hollow: usize,
}

impl Stream {
    /// Takes over after the handshake, with whatever has come already.
    pub(crate) fn sealed(stream: TlsStream<TcpStream>) -> Self {
        let (socket, mut tls) = stream.into_inner();
        tls.set_buffer_limit(Some(SEALED_BYTES_MAX));
        Self::Sealed(Box::new(Sealed {
            socket,
            session: Mutex::new(Session { tls, hollow: 0 }),
            unread: AtomicBool::new(true),
        }))
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Sealed(sealed) => &sealed.socket,
        }
    }

    /// Waits until there may be something to read.
    pub(crate) async fn readable(&self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.readable().await,
            Self::Sealed(sealed) if sealed.unread.load(Ordering::Relaxed) => Ok(()),
            Self::Sealed(sealed) => sealed.socket.readable().await,
        }
    }

    /// Waits until there may be room to write.
    pub(crate) async fn writable(&self) -> io::Result<()> {
        self.socket().writable().await
    }

    /// Reads what is there; none if that is nothing, 0 at the end.
    pub(crate) fn try_read(&self, into: &mut [u8]) -> io::Result<Option<usize>> {
        match self {
            Self::Plain(socket) => read(socket, into),
            Self::Sealed(sealed) => sealed.try_read(into),
        }
    }

    /// Takes some of `bytes`.
    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.try_write(bytes),
            Self::Sealed(sealed) => sealed.try_write_all(bytes),
        }
    }

    /// Takes some of `slices`, the first ones first.
    pub(crate) fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.try_write_vectored(slices),
            Self::Sealed(sealed) => sealed.try_write(slices),
        }
    }

    /// Writes what was taken and is not out yet; [`ErrorKind::WouldBlock`] while some stays.
    pub(crate) fn try_flush(&self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Sealed(sealed) => sealed.write_out(&mut sealed.lock()),
        }
    }

    /// Tells the peer that nothing more comes.
    pub(crate) fn shut(&self) {
        if let Self::Sealed(sealed) = self {
            let mut session = sealed.lock();
            session.tls.send_close_notify();
            let _ = sealed.write_out(&mut session);
        }
        let _ = SockRef::from(self.socket()).shutdown(Shutdown::Write);
    }
}

impl Sealed {
    /// Record after record, as long as the socket takes them.
    fn try_write_all(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        while taken < bytes.len() {
            match self.try_write(&[IoSlice::new(&bytes[taken..])]) {
                Ok(count) => taken += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock && taken > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut session = self.lock();
        self.write_out(&mut session)?;
        let taken = session.tls.writer().write_vectored(slices)?;
        match self.write_out(&mut session) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
            _ => Ok(taken),
        }
    }

    fn write_out(&self, session: &mut Session) -> io::Result<()> {
        while session.tls.wants_write() {
            if session.tls.write_tls(&mut Raw(&self.socket))? == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
        }
        Ok(())
    }

    /// What was decrypted already, or else what one read brings.
    fn try_read(&self, into: &mut [u8]) -> io::Result<Option<usize>> {
        let mut session = self.lock();
        if let Some(count) = self.decrypted(&mut session, into)? {
            return Ok(Some(count));
        }
        let came = match session.tls.read_tls(&mut Raw(&self.socket)) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            came => came?,
        };
        session.hollow += came;
        let processed = session.tls.process_new_packets();
        // Answers to what came: an alert before all.
        let _ = self.write_out(&mut session);
        processed.map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        let read = self.decrypted(&mut session, into)?;
        if read.is_none() && session.hollow > HOLLOW_BYTES_MAX {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(read)
    }

    fn decrypted(&self, session: &mut Session, into: &mut [u8]) -> io::Result<Option<usize>> {
        let read = session.tls.reader().read(into);
        let filled = read.as_ref().is_ok_and(|count| *count == into.len());
        self.unread.store(filled, Ordering::Relaxed);
        match read {
            Ok(count) => {
                session.hollow = 0;
                Ok(Some(count))
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// After a panic inside TLS there is nothing to go on with: the next step says so itself.
    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sealed {
    /// Without keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").finish_non_exhaustive()
    }
}

/// The socket below TLS, for a reader and a writer that do not wait.
struct Raw<'a>(&'a TcpStream);

impl Read for Raw<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        read(self.0, into)?.ok_or_else(|| ErrorKind::WouldBlock.into())
    }
}

impl Write for Raw<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(slices)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads what is there; none if that is nothing. Where there was room for more the socket is empty
/// now, and says so: otherwise every message would cost a second call, and a wake of another thread,
/// to find that out. (On Windows a socket has to be asked.)
fn read(stream: &TcpStream, into: &mut [u8]) -> io::Result<Option<usize>> {
    let mut count = None;
    let tried = stream.try_io(Interest::READABLE, || {
        let read = (&*SockRef::from(stream)).read(into)?;
        count = Some(read);
        if cfg!(not(windows)) && (1..into.len()).contains(&read) {
            Err(ErrorKind::WouldBlock.into())
        } else {
            Ok(())
        }
    });
    match tried {
        Err(error) if count.is_none() && error.kind() != ErrorKind::WouldBlock => Err(error),
        _ => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::AsyncWriteExt as _,
        net::{TcpListener, TcpStream},
        time::{Duration, timeout},
    };

    use tokio_rustls::rustls;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(20);

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap());
        let (peer, accepted) = tokio::join!(peer, listener.accept());
        (peer.unwrap(), accepted.unwrap().0)
    }

    /// A message costs one read: there is no second one that finds nothing.
    #[tokio::test]
    async fn what_was_read_to_its_end_is_waited_for_and_comes() {
        let (mut peer, stream) = pair().await;
        let mut room = [0; 8];
        for round in 0..100_u8 {
            peer.write_all(&[round; 3]).await.unwrap();
            timeout(DEADLINE, stream.readable()).await.unwrap().unwrap();
            assert_eq!(read(&stream, &mut room).unwrap(), Some(3));
            assert_eq!(room[..3], [round; 3]);
            let again = timeout(Duration::ZERO, stream.readable()).await;
            assert!(
                again.is_err() || cfg!(windows),
                "it would be read for nothing"
            );
        }
        // What fills the room may not be all.
        peer.write_all(&[7; 16]).await.unwrap();
        timeout(DEADLINE, stream.readable()).await.unwrap().unwrap();
        let mut came = 0;
        while came < 16 {
            timeout(DEADLINE, stream.readable()).await.unwrap().unwrap();
            came += read(&stream, &mut room).unwrap().unwrap_or(0);
        }
        assert_eq!(read(&stream, &mut room).unwrap(), None);
        drop(peer);
        timeout(DEADLINE, stream.readable()).await.unwrap().unwrap();
        assert_eq!(
            read(&stream, &mut room).unwrap(),
            Some(0),
            "the end is heard of"
        );
    }

    /// A TLS connection over real sockets: the peer's end by hand, ours as the hub has it.
    async fn sealed_pair() -> (std::net::TcpStream, rustls::ClientConnection, Stream) {
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let folder = tempfile::tempdir().unwrap();
        let choice = crate::TlsChoice::SelfSigned { names: Vec::new() };
        let tls = crate::tls::Tls::load(&choice, folder.path()).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(tls.certificate().clone()).unwrap();
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.enable_secret_extraction = true;
        let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
        let client = rustls::ClientConnection::new(std::sync::Arc::new(config), name).unwrap();
        let (peer, stream) = pair().await;
        let peer = peer.into_std().unwrap();
        peer.set_nonblocking(false).unwrap();
        let shaking = tokio::task::spawn_blocking(move || {
            let (mut peer, mut client) = (peer, client);
            while client.is_handshaking() {
                client.complete_io(&mut peer).unwrap();
            }
            (peer, client)
        });
        let Some(crate::tls::Met::Sealed(stream)) = tls.meet(stream).await else {
            panic!("it is TLS");
        };
        let (peer, client) = shaking.await.unwrap();
        (peer, client, Stream::sealed(*stream))
    }

    async fn next(stream: &Stream, into: &mut [u8]) -> io::Result<usize> {
        loop {
            timeout(DEADLINE, stream.readable()).await.unwrap()?;
            if let Some(count) = stream.try_read(into)? {
                return Ok(count);
            }
        }
    }

    /// An idle plain connection pays a word at most for what others have.
    #[test]
    fn a_plain_stream_is_a_socket_and_nothing_more() {
        assert!(size_of::<Stream>() <= size_of::<TcpStream>() + size_of::<usize>());
    }

    #[tokio::test]
    async fn what_came_by_tls_is_read_to_its_end_in_small_bites() {
        let (mut peer, mut client, stream) = sealed_pair().await;
        client.writer().write_all(&[7; 1_000]).unwrap();
        client.complete_io(&mut peer).unwrap();
        let (mut came, mut room) = (0, [0; 64]);
        while came < 1_000 {
            came += next(&stream, &mut room).await.unwrap();
        }
        assert_eq!(stream.try_read(&mut room).unwrap(), None);
        client.send_close_notify();
        client.complete_io(&mut peer).unwrap();
        assert_eq!(
            next(&stream, &mut room).await.unwrap(),
            0,
            "the end is heard of"
        );
    }

    #[tokio::test]
    async fn who_cuts_tls_off_has_not_ended_it() {
        let (peer, _client, stream) = sealed_pair().await;
        drop(peer);
        assert!(next(&stream, &mut [0; 8]).await.is_err());
    }

    #[tokio::test]
    async fn what_tls_did_not_get_rid_of_goes_first() {
        let (mut peer, mut client, stream) = sealed_pair().await;
        let sent: Vec<u8> = (0..=255).cycle().take(64 * 1024).collect();
        let mut taken = 0;
        // Until the system's buffers are full.
        let bytes_max = 64 * 1024 * 1024;
        while let Ok(count) = stream.try_write(&sent[taken % sent.len()..]) {
            taken += count;
            assert!(taken < bytes_max);
        }
        assert_eq!(
            stream.try_flush().unwrap_err().kind(),
            ErrorKind::WouldBlock
        );
        let reading = tokio::task::spawn_blocking(move || {
            let (mut came, mut room) = (Vec::new(), vec![0; 64 * 1024]);
            while came.len() < taken {
                client.complete_io(&mut peer).unwrap();
                while let Ok(count) = client.reader().read(&mut room) {
                    came.extend_from_slice(&room[..count]);
                }
            }
            came
        });
        while stream.try_flush().is_err() {
            timeout(DEADLINE, stream.writable()).await.unwrap().unwrap();
        }
        let came = reading.await.unwrap();
        assert!(came.iter().zip(sent.iter().cycle()).all(|(a, b)| a == b));
        assert_eq!(came.len(), taken);
    }

    /// The sending half of a client that a library would not be: it can send records with nothing
    /// in them.
    struct Sealer {
        keys: Box<dyn rustls::crypto::cipher::MessageEncrypter>,
        number: u64,
    }

    impl Sealer {
        fn of(client: rustls::ClientConnection) -> Self {
            use rustls::ConnectionTrafficSecrets::*;
            let suite = client.negotiated_cipher_suite().unwrap();
            let (number, secrets) = client.dangerous_extract_secrets().unwrap().tx;
            let (Aes128Gcm { key, iv } | Aes256Gcm { key, iv } | Chacha20Poly1305 { key, iv }) =
                secrets
            else {
                unreachable!("TLS 1.3 has no others");
            };
            let keys = suite.tls13().unwrap().aead_alg.encrypter(key, iv);
            Self { keys, number }
        }

        fn record(&mut self, typ: rustls::ContentType, inside: &[u8]) -> Vec<u8> {
            let message = rustls::crypto::cipher::OutboundPlainMessage {
                typ,
                version: rustls::ProtocolVersion::TLSv1_3,
                payload: inside.into(),
            };
            self.number += 1;
            let sealed = self.keys.encrypt(message, self.number - 1).unwrap();
            sealed.encode()
        }

        fn words(&mut self, words: &[u8]) -> Vec<u8> {
            self.record(rustls::ContentType::ApplicationData, words)
        }

        /// So many bytes of records that are all padding: TLS itself ends only what comes in more.
        fn hollow(&mut self, bytes: usize) -> Vec<u8> {
            const RECORDS: usize = 16;
            const AROUND: usize = 5 + 1 + 16;
            let mut padding = vec![0; bytes / RECORDS - AROUND];
            padding[0] = rustls::ContentType::ApplicationData.into();
            let records = [(); RECORDS].map(|()| self.record(0.into(), &padding));
            let all = records.concat();
            assert_eq!(all.len(), bytes);
            all
        }
    }

    /// As much as may come in a row hurts nobody, more ends it.
    #[tokio::test]
    async fn tls_that_carries_nothing_ends_past_so_many_bytes() {
        let (mut peer, client, stream) = sealed_pair().await;
        let mut sealer = Sealer::of(client);
        let mut room = [0; 64];
        for _ in 0..3 {
            // With the words that follow it is within.
            let sent = [sealer.hollow(HOLLOW_BYTES_MAX - 64), sealer.words(b"words")].concat();
            Write::write_all(&mut peer, &sent).unwrap();
            assert_eq!(next(&stream, &mut room).await.unwrap(), 5);
        }
        let past = sealer.hollow(HOLLOW_BYTES_MAX + 16);
        Write::write_all(&mut peer, &past).unwrap();
        let ended = next(&stream, &mut room).await.unwrap_err();
        assert_eq!(ended.kind(), ErrorKind::InvalidData);
        assert!(ended.get_ref().is_none(), "TLS found no fault: {ended}");
    }

    /// Some honest changes of keys are answered; a flood of them is none.
    #[tokio::test]
    async fn a_flood_of_changed_keys_ends_it() {
        let (mut peer, mut client, stream) = sealed_pair().await;
        let mut room = [0; 64];
        for _ in 0..10 {
            client.refresh_traffic_keys().unwrap();
        }
        client.writer().write_all(b"still here").unwrap();
        client.complete_io(&mut peer).unwrap();
        assert_eq!(next(&stream, &mut room).await.unwrap(), 10);
        let flooding = tokio::task::spawn_blocking(move || {
            for _ in 0..10_000 {
                client.refresh_traffic_keys().unwrap();
                if client.write_tls(&mut peer).is_err() {
                    return;
                }
            }
        });
        let ended = next(&stream, &mut room).await.unwrap_err();
        assert_eq!(ended.kind(), ErrorKind::InvalidData);
        drop(stream);
        flooding.await.unwrap();
    }
}
