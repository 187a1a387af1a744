//! What `lanvas_hub`'s own `shared` names, as Shuttle sees it: its locks, a call that is kept until
//! somebody waits for it, and a socket with little room.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io::{self, IoSlice},
    task::{Context, Poll, Waker},
};

pub(crate) use std::sync::PoisonError;

pub(crate) use shuttle::sync::{Condvar, Mutex, MutexGuard};

/// As Tokio's: one call is kept for whoever waits next.
#[derive(Debug, Default)]
pub(crate) struct Notify {
    state: Mutex<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    kept: bool,
    waiting: Option<Waker>,
}

impl Notify {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn notify_one(&self) {
        let mut calls = self.state.lock().unwrap();
        calls.kept = true;
        if let Some(waiting) = calls.waiting.take() {
            waiting.wake();
        }
    }

    pub(crate) async fn notified(&self) {
        poll_fn(|context| {
            let mut calls = self.state.lock().unwrap();
            if std::mem::take(&mut calls.kept) {
                return Poll::Ready(());
            }
            calls.waiting = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// The hub's end of a socket and, at `read_some`, the peer's. Inside TLS it takes more than the peer
/// has room for, and writes that the next time.
#[derive(Debug)]
pub(crate) struct Stream {
    pipe: Mutex<Pipe>,
    came: Condvar,
}

#[derive(Debug)]
struct Pipe {
    bytes: VecDeque<u8>,
    room: usize,
    /// Taken and not written yet.
    sealed: VecDeque<u8>,
    /// How many of those there may be; 0 without TLS.
    sealed_most: usize,
    broken: bool,
    waiting: Option<Waker>,
}

impl Pipe {
    /// Whether all that was taken is out.
    fn write_out(&mut self) -> io::Result<()> {
        if self.broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let free = self.room - self.bytes.len();
        let some = free.min(self.sealed.len());
        self.bytes.extend(self.sealed.drain(..some));
        if self.sealed.is_empty() {
            Ok(())
        } else {
            Err(io::ErrorKind::WouldBlock.into())
        }
    }
}

impl Stream {
    pub(crate) fn with_room(room: usize) -> Self {
        Self::sealing(room, 0)
    }

    /// Inside TLS that keeps so many bytes.
    pub(crate) fn sealing(room: usize, sealed_most: usize) -> Self {
        Self {
            pipe: Mutex::new(Pipe {
                bytes: VecDeque::new(),
                room,
                sealed: VecDeque::new(),
                sealed_most,
                broken: false,
                waiting: None,
            }),
            came: Condvar::new(),
        }
    }

    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.try_write_vectored(&[IoSlice::new(bytes)])
    }

    pub(crate) fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut pipe = self.pipe.lock().unwrap();
        let before = pipe.write_out();
        self.came.notify_one();
        before?;
        let free = pipe.room - pipe.bytes.len();
        let most = if pipe.sealed_most > 0 {
            pipe.sealed_most
        } else {
            free
        };
        if most == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let all = slices.iter().flat_map(|slice| slice.iter().copied());
        pipe.sealed.extend(all.take(most));
        let taken = pipe.sealed.len();
        let _ = pipe.write_out();
        self.came.notify_one();
        Ok(taken)
    }

    pub(crate) fn try_flush(&self) -> io::Result<()> {
        let flushed = self.pipe.lock().unwrap().write_out();
        self.came.notify_one();
        flushed
    }

    pub(crate) fn shut(&self) {}

    pub(crate) async fn writable(&self) -> io::Result<()> {
        poll_fn(|context| self.poll_writable(context)).await
    }

    fn poll_writable(&self, context: &Context<'_>) -> Poll<io::Result<()>> {
        let mut pipe = self.pipe.lock().unwrap();
        if pipe.broken || pipe.bytes.len() < pipe.room {
            return Poll::Ready(Ok(()));
        }
        pipe.waiting = Some(context.waker().clone());
        Poll::Pending
    }

    // --- the peer's end -----------------------------------------------------------------------

    /// Waits for bytes and takes a few.
    pub(crate) fn read_some(&self, most: usize) -> Vec<u8> {
        let mut pipe = self.pipe.lock().unwrap();
        while pipe.bytes.is_empty() {
            pipe = self.came.wait(pipe).unwrap();
        }
        let count = most.min(pipe.bytes.len());
        let taken = pipe.bytes.drain(..count).collect();
        if let Some(waiting) = pipe.waiting.take() {
            waiting.wake();
        }
        taken
    }

    pub(crate) fn break_off(&self) {
        let mut pipe = self.pipe.lock().unwrap();
        pipe.broken = true;
        if let Some(waiting) = pipe.waiting.take() {
            waiting.wake();
        }
    }
}
