//! The modules that a line, an outbox and the storage's queue look to, as far as they do.

pub(crate) mod frame {
    pub(crate) use lanvas_hub::frame::Frame;
}

pub(crate) mod metrics {
    pub(crate) use lanvas_hub::metrics::Latency;
}

pub(crate) mod limits {
    pub(crate) use lanvas_hub::limits::*;
}

pub(crate) mod connection {
    use std::time::Duration;

    /// How long a peer may take; no time passes here.
    #[derive(Debug)]
    pub(crate) struct Patience {
        pub(crate) write: Duration,
    }

    pub(crate) static PATIENCE: Patience = Patience {
        write: Duration::from_secs(10),
    };
}

pub(crate) mod websocket {
    use bytes::Bytes;
    use lanvas_protocol::ErrorCode;

    pub(crate) const PING: &[u8] = &[0x89, 0];

    pub(crate) fn closing(_code: ErrorCode) -> Bytes {
        Bytes::from_static(&[0x88, 0])
    }
}

pub(crate) mod fanout {
    use std::sync::Arc;

    use bytes::Bytes;
    use lanvas_protocol::Encoding;

    use crate::{
        frame::Frame,
        outbox::{Lane, Outbox, Pushed},
    };

    /// One message for everybody.
    #[derive(Debug)]
    pub(crate) struct Run {
        lane: Lane,
        frame: Arc<Frame>,
    }

    pub(crate) struct Passed {
        pub(crate) items: usize,
        pub(crate) messages: u64,
        pub(crate) torn: Bytes,
        pub(crate) number: Option<u64>,
    }

    impl Run {
        pub(crate) fn of(lane: Lane, frame: Arc<Frame>) -> Self {
            Self { lane, frame }
        }

        pub(crate) fn bytes(&self, encoding: Encoding) -> &Bytes {
            self.frame.bytes(encoding)
        }

        pub(crate) fn push_from(
            &self,
            from: usize,
            outbox: &Outbox,
            mut pushed: impl FnMut(Pushed),
        ) {
            if from == 0 {
                pushed(outbox.push(self.lane.clone(), Arc::clone(&self.frame)));
            }
        }

        pub(crate) fn passed(&self, encoding: Encoding, count: usize) -> Passed {
            let bytes = self.bytes(encoding);
            let torn = if count > 0 && count < bytes.len() {
                bytes.slice(count..)
            } else {
                Bytes::new()
            };
            Passed {
                items: usize::from(count > 0),
                messages: u64::from(count > 0),
                torn,
                number: None,
            }
        }
    }
}
