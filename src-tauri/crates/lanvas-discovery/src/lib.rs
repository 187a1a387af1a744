//! mDNS behind one door: let this network know about our sessions, and list
//! the sessions that others let it know about.
//!
//! Promises: nothing is on the network before [`Discovery::start`] and nothing
//! after [`Discovery::shutdown`], which says goodbye for every advert; whatever
//! strangers send, the list stays short, its texts are safe to show as text,
//! and its addresses are on this network; a hub that ends cleanly leaves the
//! list within 2 s and one that is killed within 10 s; where the network does
//! not allow discovery, [`Discovery::status`] says so and everything else goes
//! on. Must not know: sessions' content, HTTP routes beyond the one address a
//! row leads to, windows, command lines.
//!
//! The parts: `registry`, `announcer` and `search` decide and are pure (event and
//! time in, list, orders and questions out); `interfaces` says which networks count; `mdns` is
//! the only file that names the mDNS library; `question` asks an address one
//! thing, `probe` whether a session is still there; `seeking` carries the
//! questions of `search`; `driver` is the one task that connects them. [`doctor`] is
//! apart from these: it finds out why somebody cannot get in.

mod announcer;
mod discovery;
pub mod doctor;
mod driver;
mod interfaces;
mod mdns;
mod probe;
mod question;
mod registry;
mod search;
mod seeking;

pub use discovery::{Discovery, DiscoveryConfig, DiscoveryError};
pub use interfaces::Networks;
pub use lanvas_protocol::advert::{Advert, AdvertFault, DiscoveryStatus, NearbySession};
pub use mdns::LIBRARY_LOG_TARGET;
pub use search::SweepProgress;
pub use seeking::Seeker;
