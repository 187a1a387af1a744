//! What other devices reached of this hub: their test page tells it, the host's doctor reads it.
//! Rule R81 of the protocol; and R90, where the hub was, which the doctor reads too.
//!
//! Promises: the last report of each of so many addresses is kept, in memory; only this machine
//! reads them, because they say who was here with which address.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Extension, Json,
    body::Body,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use lanvas_protocol::{
    limits::REACH_BYTES_MAX,
    reach::{DeviceReport, Reached},
};
use tokio::sync::watch;

use super::{Hub, body, language::Language, places::Place, problem::Problem};
use crate::{hub::Shared, session_task::now_ms};

/// Devices whose reports are kept; the oldest goes.
const REPORTS_MAX: usize = 16;

/// The reports, the newest first.
#[derive(Debug)]
pub(crate) struct Reports(watch::Sender<Arc<[DeviceReport]>>);

impl Default for Reports {
    fn default() -> Self {
        Self(watch::channel(Arc::from([])).0)
    }
}

impl Reports {
    /// As they come.
    pub(crate) fn watched(&self) -> watch::Receiver<Arc<[DeviceReport]>> {
        self.0.subscribe()
    }

    fn add(&self, report: DeviceReport) {
        self.0.send_modify(|reports| {
            let others = reports.iter().filter(|it| it.address != report.address);
            let others = others.take(REPORTS_MAX - 1).cloned().collect::<Vec<_>>();
            *reports = std::iter::once(report).chain(others).collect();
        });
    }
}

/// A small page that needs nothing of the UI.
pub(super) async fn page(State(hub): Hub, language: Language) -> Response {
    super::page(&hub, "test.html", language)
}

pub(super) async fn tell(
    State(hub): Hub,
    place: Option<Extension<Arc<Place>>>,
    said: Body,
) -> Result<StatusCode, Problem> {
    let said = body::whole(said, REACH_BYTES_MAX, Problem::REACH, Problem::REACH).await?;
    let reached = serde_json::from_slice::<Reached>(&said).ok();
    let reached = reached.and_then(Reached::checked).ok_or(Problem::REACH)?;
    if let Some(address) = address(place) {
        let time_ms = now_ms();
        hub.reports.add(DeviceReport {
            address,
            time_ms,
            reached,
        });
    }
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn read(
    State(hub): Hub,
    place: Option<Extension<Arc<Place>>>,
) -> Result<Response, Problem> {
    match address(place) {
        Some(address) if address.is_loopback() => Ok(told(&hub)),
        _ => Err(Problem::ONLY_HERE),
    }
}

/// Where this hub is and was, for the doctor of this machine.
pub(super) async fn whereabouts(
    State(hub): Hub,
    place: Option<Extension<Arc<Place>>>,
) -> Result<Response, Problem> {
    match address(place) {
        Some(address) if address.is_loopback() => {
            let had = hub.whereabouts.had_addresses();
            Ok(Json(serde_json::json!({ "had": had })).into_response())
        }
        _ => Err(Problem::ONLY_HERE),
    }
}

fn told(hub: &Shared) -> Response {
    Json(hub.reports.0.borrow().to_vec()).into_response()
}

fn address(place: Option<Extension<Arc<Place>>>) -> Option<IpAddr> {
    place.map(|Extension(place)| place.address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(last: u8, time_ms: u64) -> DeviceReport {
        DeviceReport {
            address: IpAddr::from([192, 168, 1, last]),
            time_ms,
            reached: Reached {
                http_ms: 3.0,
                socket: None,
            },
        }
    }

    #[test]
    fn a_device_has_one_report_and_the_newest_come_first() {
        let reports = Reports::default();
        for (last, time_ms) in [(5, 1), (6, 2), (5, 3)] {
            reports.add(report(last, time_ms));
        }
        let kept = reports.watched().borrow().clone();
        assert_eq!(kept[..], [report(5, 3), report(6, 2)]);
    }

    #[test]
    fn so_many_devices_are_kept() {
        let reports = Reports::default();
        for last in 0..=255 {
            reports.add(report(last, 1));
        }
        assert_eq!(reports.watched().borrow().len(), REPORTS_MAX);
    }
}
