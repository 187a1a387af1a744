//! Any bytes are a message or are refused; a message survives being written and read again.

use std::io::Read;

use flate2::read::DeflateDecoder;
use lanvas_hub::frame::Frame;
use lanvas_protocol::{
    ClientMessage, Encoding, ServerMessage,
    codec::{TAG_DEFLATED, TAG_PLAIN, decode_client, decode_server, encode_client, encode_server},
};

fn split(bytes: &[u8]) -> Option<(Encoding, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let encoding = if first % 2 == 0 {
        Encoding::Json
    } else {
        Encoding::Binary
    };
    Some((encoding, rest))
}

pub(crate) fn client_message(bytes: &[u8]) {
    let Some((encoding, bytes)) = split(bytes) else {
        return;
    };
    if let Ok(message) = decode_client(bytes, encoding) {
        check_client(&message);
    }
}

/// Written and read it is the same, in the binary encoding bit by bit. JSON keeps points and
/// pressures to a fraction, so there it is only the second time that nothing changes.
pub(crate) fn check_client(message: &ClientMessage) {
    let binary = encode_client(message, Encoding::Binary);
    let again = decode_client(&binary, Encoding::Binary).expect("what we write is a message");
    assert_eq!(encode_client(&again, Encoding::Binary), binary);
    let json = encode_client(message, Encoding::Json);
    if let Ok(once) = decode_client(&json, Encoding::Json) {
        let json = encode_client(&once, Encoding::Json);
        let twice = decode_client(&json, Encoding::Json).expect("what JSON brought JSON takes");
        assert_eq!(encode_client(&twice, Encoding::Json), json);
    }
}

pub(crate) fn server_message(bytes: &[u8]) {
    let Some((encoding, bytes)) = split(bytes) else {
        return;
    };
    if let Ok(message) = decode_server(bytes, encoding) {
        let binary = encode_server(&message, Encoding::Binary);
        let again = decode_server(&binary, Encoding::Binary).expect("what we write is a message");
        assert_eq!(encode_server(&again, Encoding::Binary), binary);
    }
}

/// What the hub itself sends is a message in either encoding, to the last number.
pub(crate) fn sent(frame: &Frame) -> ServerMessage {
    let json = decode_server(&frame.payload(Encoding::Json), Encoding::Json);
    json.expect("what the hub says in JSON is a message");
    let binary = inflated(&frame.payload(Encoding::Binary));
    decode_server(&binary, Encoding::Binary).expect("what the hub says is a message")
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let (tag, rest) = bytes.split_first().expect("a frame has a tag");
    if *tag != TAG_DEFLATED {
        return bytes.to_vec();
    }
    let mut plain = vec![TAG_PLAIN];
    DeflateDecoder::new(rest)
        .read_to_end(&mut plain)
        .expect("the hub deflated it");
    plain
}
