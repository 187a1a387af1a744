//! What another device reached of a hub, as its test page tells it.
//!
//! Promises: plain numbers, bounded; nothing in it says who the person is. Must not know: how the
//! page measured.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// What the page of `/test` says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// From asking for a small answer to having it, in milliseconds.
    pub http_ms: f64,
    /// The live connection; none when it could not be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<SocketReached>,
}

/// What a WebSocket to `/echo` gave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SocketReached {
    /// There and back, the middle of several, in milliseconds.
    pub latency_ms: f64,
    /// Bytes that went there and came back in a second.
    pub bytes_per_s: f64,
}

/// One device's report, as the hub keeps it for its host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// Where it is.
    pub address: IpAddr,
    /// When it reported, in milliseconds since 1970.
    pub time_ms: u64,
    /// What it reached.
    #[serde(flatten)]
    pub reached: Reached,
}

impl Reached {
    /// The same, if the numbers can be such.
    #[must_use]
    pub fn checked(self) -> Option<Self> {
        let sound = |number: f64| number.is_finite() && number >= 0.0;
        let socket = self
            .socket
            .is_none_or(|socket| sound(socket.latency_ms) && sound(socket.bytes_per_s));
        (sound(self.http_ms) && socket).then_some(self)
    }
}
