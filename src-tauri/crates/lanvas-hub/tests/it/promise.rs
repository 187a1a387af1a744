//! A time that is promised, asserted on machines that do much else.

use std::time::Duration;

/// A busy machine is late once or twice; a hub that is slow is slow in each of these.
const ROUNDS: usize = 6;

/// Plays `round`, which tells how long it took, until it took no longer than was promised. Whatever
/// else a round asserts holds in every one.
pub(crate) async fn keeps(promised: Duration, round: impl AsyncFn() -> Duration) {
    let mut rounds = Vec::new();
    while rounds.len() < ROUNDS {
        let took = round().await;
        if took <= promised {
            return;
        }
        rounds.push(took);
    }
    panic!("promised were {promised:?}, it took {rounds:?}");
}
