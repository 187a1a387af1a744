//! What the hub counts, in Prometheus' names and base units: `_total` for what only grows, seconds
//! and bytes, histograms for what takes time or queues. `src-tauri/docs/watching.md` lists them.

mod format;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

pub use self::format::Format;
use crate::storage::Storage;

/// The counters; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// Open WebSockets.
    pub connections: Gauge,
    /// Sessions in memory.
    pub rooms: Gauge,
    /// People in all sessions.
    pub people: Gauge<u64, AtomicU64>,
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
    /// Commands that waited for a session when it looked.
    pub queue_depth: Depth,
    /// Time to write a snapshot for newcomers, off the session's task.
    pub snapshot: Latency,
    /// Operations numbered and not yet on disk.
    pub storage_lag: Gauge<i64>,
    storage_waiting: Gauge<u64, AtomicU64>,
    storage_commits: Counter,
    storage_records: Counter,
    storage_failures: Counter,
}

/// How many, from 1 doubling to 1,024.
#[derive(Debug, Clone)]
pub struct Depth(pub Histogram);

impl Default for Depth {
    fn default() -> Self {
        Self(Histogram::new(exponential_buckets(1.0, 2.0, 11)))
    }
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
    /// Names the counters. `commits` are those of the storage that [`Exposition::text`] is asked
    /// about.
    #[must_use]
    pub fn new(metrics: Metrics, commits: Latency) -> Self {
        let mut registry = Registry::with_prefix("lanvas");
        name_traffic(&mut registry, &metrics);
        name_sessions(&mut registry, &metrics);
        name_storage(&mut registry, &metrics, commits);
        Self {
            metrics,
            registry: Arc::new(Mutex::new(registry)),
        }
    }

    /// The text that Prometheus reads; so many `people` are in.
    #[must_use]
    pub fn text(&self, format: Format, storage: &Storage, people: usize) -> String {
        let (m, figures) = (&self.metrics, storage.figures());
        m.people.set(people as u64);
        m.storage_waiting.set(figures.waiting_bytes);
        let counted = [
            (&m.storage_commits, figures.commits),
            (&m.storage_records, figures.records),
            (&m.storage_failures, figures.failures),
        ];
        for (counter, count) in counted {
            counter.inner().store(count, Ordering::Relaxed);
        }
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        encode(&mut text, &registry).expect("a string takes all");
        format.of(text)
    }
}

fn name_traffic(registry: &mut Registry, m: &Metrics) {
    registry.register("connections", "Open WebSockets", m.connections.clone());
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
    registry.register_with_unit(
        "fan_out",
        "Time to write one batch's consequences to all connections",
        Unit::Seconds,
        m.fan_out.0.clone(),
    );
}

fn name_sessions(registry: &mut Registry, m: &Metrics) {
    registry.register("rooms", "Sessions in memory", m.rooms.clone());
    registry.register("people", "People in all sessions", m.people.clone());
    registry.register(
        "session_restarts",
        "Sessions put away after a fault",
        m.session_restarts.clone(),
    );
    registry.register_with_unit(
        "apply",
        "Time a session takes to decide on an input",
        Unit::Seconds,
        m.apply.0.clone(),
    );
    registry.register(
        "queue_depth",
        "Commands that waited for a session when it looked",
        m.queue_depth.0.clone(),
    );
    registry.register_with_unit(
        "snapshot",
        "Time to write what newcomers are sent, off the session's task",
        Unit::Seconds,
        m.snapshot.0.clone(),
    );
}

fn name_storage(registry: &mut Registry, m: &Metrics, commits: Latency) {
    registry.register(
        "storage_lag",
        "Operations not yet on disk",
        m.storage_lag.clone(),
    );
    registry.register_with_unit(
        "storage_waiting",
        "Waiting for the disk",
        Unit::Bytes,
        m.storage_waiting.clone(),
    );
    registry.register(
        "storage_commits",
        "Transactions on disk",
        m.storage_commits.clone(),
    );
    registry.register(
        "storage_records",
        "Records in them",
        m.storage_records.clone(),
    );
    registry.register(
        "storage_failures",
        "Transactions that failed",
        m.storage_failures.clone(),
    );
    registry.register_with_unit(
        "storage_commit",
        "Time of one transaction, failed or not",
        Unit::Seconds,
        commits.0,
    );
}
