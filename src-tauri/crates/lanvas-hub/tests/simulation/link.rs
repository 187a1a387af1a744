//! One socket, both ends, and what goes wrong between them.

use std::{collections::VecDeque, io::Read, net::IpAddr, sync::Arc};

use lanvas_hub::{
    frame::Frame,
    outbox::{Outbox, OutboxBounds},
};
use lanvas_protocol::{ClientMessage, Encoding, ErrorCode, ServerMessage, codec};

#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) outbox: Outbox,
    /// Whether it is told what everybody is told.
    pub(crate) joined: bool,
    /// Written by the hub, not read by the client.
    pub(crate) to_client: VecDeque<Arc<Frame>>,
    /// Sent by the client, not read by the hub.
    pub(crate) to_hub: VecDeque<ClientMessage>,
    /// The outbox ran dry after falling behind, and the session does not know yet.
    pub(crate) drained: Option<Option<u64>>,
    /// What the hub closed it with, after what is in `to_client`.
    pub(crate) closed: Option<ErrorCode>,
    /// The client is gone; the hub finds out when it has read `to_hub`.
    pub(crate) abandoned: bool,
    /// The hub has given it up; the client has not found out and speaks into the void.
    pub(crate) given_up: bool,
    /// Rounds for which nothing gets through, either way.
    frozen: usize,
    /// Whether messages pass as the bytes of the binary encoding.
    as_bytes: bool,
    /// Where the client is.
    pub(crate) from: IpAddr,
}

impl Link {
    pub(crate) fn new(bounds: OutboxBounds, as_bytes: bool, from: IpAddr) -> Self {
        Self {
            outbox: Outbox::within(bounds),
            joined: false,
            to_client: VecDeque::new(),
            to_hub: VecDeque::new(),
            drained: None,
            closed: None,
            abandoned: false,
            given_up: false,
            frozen: 0,
            as_bytes,
            from,
        }
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen > 0
    }

    pub(crate) fn freeze(&mut self, rounds: usize) {
        self.frozen = rounds;
    }

    /// A round has passed. What the hub gave up the client finds closed once the network is back.
    pub(crate) fn age(&mut self) {
        self.frozen = self.frozen.saturating_sub(1);
        if self.given_up && self.frozen == 0 {
            self.closed.get_or_insert(ErrorCode::Internal);
        }
    }

    /// Whether nothing is under way.
    pub(crate) fn is_quiet(&self) -> bool {
        self.to_client.is_empty()
            && self.to_hub.is_empty()
            && self.drained.is_none()
            && self.outbox.is_empty()
            && !self.abandoned
            && !self.given_up
            && self.closed.is_none()
    }

    /// What the client hears next.
    pub(crate) fn hear(&mut self) -> Option<ServerMessage> {
        let frame = self.to_client.pop_front()?;
        if !self.as_bytes {
            return Some(frame.message().clone());
        }
        let bytes = frame.payload(Encoding::Binary);
        Some(codec::decode_server(&inflated(&bytes), Encoding::Binary).unwrap())
    }

    /// What the hub reads next.
    pub(crate) fn read(&mut self) -> Option<ClientMessage> {
        let message = self.to_hub.pop_front()?;
        if !self.as_bytes {
            return Some(message);
        }
        let bytes = codec::encode_client(&message, Encoding::Binary);
        Some(codec::decode_client(&bytes, Encoding::Binary).unwrap())
    }
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let (tag, rest) = bytes.split_first().expect("a frame has a tag (R3)");
    if *tag != codec::TAG_DEFLATED {
        return bytes.to_vec();
    }
    let mut plain = vec![codec::TAG_PLAIN];
    flate2::read::DeflateDecoder::new(rest)
        .read_to_end(&mut plain)
        .unwrap();
    plain
}
