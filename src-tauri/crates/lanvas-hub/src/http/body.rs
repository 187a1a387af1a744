//! The body of a request, no longer than it may be.

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::problem::Problem;

/// All of it.
///
/// # Errors
/// `too_long`, or `broken` for one that does not end as it began: in a bad chunk, or cut off.
pub(super) async fn whole(
    body: Body,
    bytes_max: usize,
    too_long: Problem,
    broken: Problem,
) -> Result<Bytes, Problem> {
    match Limited::new(body, bytes_max).collect().await {
        Ok(all) => Ok(all.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_long),
        Err(_) => Err(broken),
    }
}
