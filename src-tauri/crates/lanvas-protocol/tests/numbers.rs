//! A coordinate is the same number in both encodings, to its last bit: a client that keeps its own
//! and one that hears it from the hub must see the same board.

#![allow(clippy::unwrap_used)] // a test may

use lanvas_protocol::{
    ClientMessage, Encoding,
    codec::{decode_client, encode_client},
    message::{Position, Presence},
};

fn pointing_at(x: f64) -> ClientMessage {
    ClientMessage::ShowPresence(Presence {
        cursor: Some(Position { x, y: 0.0 }),
        ..Presence::default()
    })
}

/// serde_json reads numbers a little faster and a little wrong unless it is told not to.
#[test]
fn no_encoding_changes_a_number() {
    let mut state = 7_u64;
    for _ in 0..20_000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let share = f64::from_bits(0x3ff0_0000_0000_0000 | state >> 12) - 1.5;
        let message = pointing_at(share * 2_000_000.0);
        for encoding in [Encoding::Json, Encoding::Binary] {
            let bytes = encode_client(&message, encoding);
            let read = decode_client(&bytes, encoding).unwrap();
            assert_eq!(read, message, "{encoding:?}");
        }
    }
}
