//! What the hub counts, in Prometheus' names and units.

use std::sync::{Arc, Mutex, PoisonError, atomic::AtomicU64};

use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

use crate::storage::Storage;

/// The counters; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// Open WebSockets.
    pub connections: Gauge,
    /// Sessions in memory.
    pub rooms: Gauge,
    /// Messages that came in.
    pub messages_in: Counter,
    /// Messages that went out.
    pub messages_out: Counter,
    /// Bytes of messages that came in.
    pub bytes_in: Counter,
    /// Bytes of messages that went out.
    pub bytes_out: Counter,
    /// Lanes that ran over.
    pub queue_overflows: Counter,
    /// Catch-ups sent to connections that fell behind.
    pub resyncs: Counter,
    /// Sessions reopened after a fault.
    pub session_restarts: Counter,
    /// See [`Latency`].
    pub apply: Latency,
    /// See [`Latency`].
    pub fan_out: Latency,
    /// Operations numbered and not yet on disk.
    pub storage_lag: Gauge<i64>,
    storage_commits: Gauge<u64, AtomicU64>,
    storage_waiting: Gauge<u64, AtomicU64>,
}

/// Seconds, from 1 µs doubling to 0.5 s.
#[derive(Debug, Clone)]
pub struct Latency(pub Histogram);

impl Default for Latency {
    fn default() -> Self {
        Self(Histogram::new(exponential_buckets(1e-6, 2.0, 20)))
    }
}

/// The metrics with their names, ready to be written.
#[derive(Debug, Clone)]
pub struct Exposition {
    metrics: Metrics,
    registry: Arc<Mutex<Registry>>,
}

impl Exposition {
    /// Names the counters.
    #[must_use]
    pub fn new(metrics: Metrics) -> Self {
        let mut registry = Registry::with_prefix("lanvas");
        let m = &metrics;
        registry.register("connections", "Open WebSockets", m.connections.clone());
        registry.register("rooms", "Sessions in memory", m.rooms.clone());
        registry.register("messages_in", "Messages received", m.messages_in.clone());
        registry.register("messages_out", "Messages sent", m.messages_out.clone());
        registry.register_with_unit("received", "Received", Unit::Bytes, m.bytes_in.clone());
        registry.register_with_unit("sent", "Sent", Unit::Bytes, m.bytes_out.clone());
        registry.register(
            "queue_overflows",
            "Lanes that ran over",
            m.queue_overflows.clone(),
        );
        registry.register(
            "resyncs",
            "Catch-ups after falling behind",
            m.resyncs.clone(),
        );
        registry.register(
            "session_restarts",
            "Sessions reopened",
            m.session_restarts.clone(),
        );
        registry.register_with_unit(
            "apply",
            "Time a session takes to decide on an input",
            Unit::Seconds,
            m.apply.0.clone(),
        );
        registry.register_with_unit(
            "fan_out",
            "Time to write one batch's consequences to all connections",
            Unit::Seconds,
            m.fan_out.0.clone(),
        );
        registry.register(
            "storage_lag",
            "Operations not yet on disk",
            m.storage_lag.clone(),
        );
        registry.register(
            "storage_commits",
            "Commits so far",
            m.storage_commits.clone(),
        );
        registry.register_with_unit(
            "storage_waiting",
            "Waiting for the disk",
            Unit::Bytes,
            m.storage_waiting.clone(),
        );
        Self {
            metrics,
            registry: Arc::new(Mutex::new(registry)),
        }
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn text(&self, storage: &Storage) -> String {
        let figures = storage.figures();
        self.metrics.storage_commits.set(figures.commits);
        self.metrics.storage_waiting.set(figures.waiting_bytes);
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        encode(&mut text, &registry).expect("a string takes all");
        text
    }
}
