//! RFC 6455 to the letter on a session's socket, each rule by its section. (`/echo` has the whole
//! Autobahn suite: `cargo xtask autobahn`.)

use crate::{
    common::{Client, TestHub, named},
    frames::{
        BINARY, CLOSE, FIRST, KEY, LAST, MORE, PING, PONG, RawSocket, TEXT, frame, head, read_head,
        request,
    },
};
use lanvas_protocol::{Encoding, limits::MESSAGE_FRAGMENTS_MAX};
use tokio::io::AsyncWriteExt;

const HELLO: &[u8] = br#"{"type":"hello","name":"Raw"}"#;
const PROTOCOL: u16 = 1002;
const NOT_UTF8: u16 = 1007;
const TOO_LARGE: u16 = 1009;

/// A hub, and somebody in its session who must not notice anything.
async fn hub_and_witness(folder: &tempfile::TempDir) -> (TestHub, Client) {
    let hub = TestHub::start(folder.path()).await;
    let witness = hub.join("Witness").await;
    (hub, witness)
}

/// Each row breaks a rule on a connection of its own, which ends with one of these codes (7.1.7);
/// nobody else notices.
async fn each_ends_alone(rows: Vec<(&str, Vec<u8>, &[u16])>) {
    let folder = tempfile::tempdir().unwrap();
    let (hub, mut witness) = hub_and_witness(&folder).await;
    for (rule, bytes, codes) in rows {
        for joined in [false, true] {
            let mut socket = RawSocket::open(&hub).await;
            if joined {
                socket.send(&frame(TEXT, HELLO)).await;
                socket.until_text("caught_up").await;
            }
            socket.send(&bytes).await;
            let code = socket.ended().await;
            let known = code.is_some_and(|code| codes.contains(&code));
            assert!(known, "{rule}: {code:?}, joined: {joined}");
        }
    }
    assert!(witness.is_well().await);
}

// --- 4: the handshake ---------------------------------------------------------------------

/// 1.3 and 4.2.2: the answer proves that the key was read.
#[tokio::test]
async fn section_4_2_2_the_key_is_answered_and_nothing_is_promised_that_was_not_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut stream = hub.tcp().await;
    let offers = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    let asked = request(&hub, offers);
    stream.write_all(asked.as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await.to_lowercase();
    assert!(head.starts_with("http/1.1 101"), "{head}");
    assert!(
        head.contains(&"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n".to_lowercase()),
        "{KEY}: {head}"
    );
    assert!(!head.contains("sec-websocket-extensions"), "9.1: {head}");
    assert!(!head.contains("sec-websocket-protocol"), "{head}");
}

/// 4.1 and TCP: a request may come in any pieces, and the first frame right behind it.
#[tokio::test]
async fn section_4_1_bytes_come_as_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let whole = [request(&hub, "").as_bytes(), &frame(TEXT, HELLO)].concat();
    for size in [1, 7, whole.len()] {
        let mut stream = hub.tcp().await;
        stream.set_nodelay(true).unwrap();
        for piece in whole.chunks(size) {
            stream.write_all(piece).await.unwrap();
        }
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        RawSocket { stream }.until_text("caught_up").await;
    }
}

/// 4.2.1 and 4.4: what is no opening handshake of version 13 is told so, and which version is.
#[tokio::test]
async fn section_4_4_another_version_is_told_ours() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let good = request(&hub, "");
    for (from, to) in [
        ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"),
        ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 14"),
        ("Sec-WebSocket-Version: 13\r\n", ""),
        ("Upgrade: websocket\r\n", ""),
        ("Upgrade: websocket", "Upgrade: h2c"),
        ("Connection: Upgrade", "Connection: keep-alive"),
        (&format!("Sec-WebSocket-Key: {KEY}\r\n"), ""),
    ] {
        let mut stream = hub.tcp().await;
        let asked = good.replace(from, to);
        assert_ne!(asked, good);
        stream.write_all(asked.as_bytes()).await.unwrap();
        let head = read_head(&mut stream).await.to_lowercase();
        assert!(head.starts_with("http/1.1 426"), "{to}: {head}");
        assert!(
            head.contains("sec-websocket-version: 13\r\n"),
            "{to}: {head}"
        );
        assert!(head.contains("\r\nupgrade: websocket\r\n"), "{to}: {head}");
    }
}

/// 4.1: the opening is a GET.
#[tokio::test]
async fn section_4_1_only_a_get_opens() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    for method in ["POST", "PUT", "OPTIONS"] {
        let mut stream = hub.tcp().await;
        let asked = request(&hub, "Content-Length: 0\r\n").replace("GET", method);
        stream.write_all(asked.as_bytes()).await.unwrap();
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 405"), "{method}: {head}");
    }
}

/// 4.2.2 and 11.3.4: subprotocols may be spread over several lines.
#[tokio::test]
async fn section_11_3_4_subprotocols_may_come_on_several_lines() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let lines = "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: lanvas.v1.json\r\n";
    let mut stream = hub.tcp().await;
    let asked = request(&hub, lines);
    stream.write_all(asked.as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await.to_lowercase();
    assert!(
        head.contains("sec-websocket-protocol: lanvas.v1.json\r\n"),
        "{head}"
    );
    let mut socket = RawSocket { stream };
    socket.send(&frame(TEXT, HELLO)).await;
    socket.until_text("caught_up").await;
}

// --- 5: frames ------------------------------------------------------------------------------

/// 5.1: a client's frames are masked.
#[tokio::test]
async fn section_5_1_an_unmasked_frame_ends_the_connection() {
    let unmasked = |first, payload: &[u8]| [&head(first, 0, payload.len())[..], payload].concat();
    each_ends_alone(vec![
        ("5.1 text", unmasked(TEXT, HELLO), &[PROTOCOL]),
        ("5.1 ping", unmasked(PING, b"x"), &[PROTOCOL]),
        ("5.1 close", unmasked(CLOSE, &[3, 232]), &[PROTOCOL]),
    ])
    .await;
}

/// 5.2: no extension is agreed on, so the reserved bits are 0, and reserved opcodes mean nothing.
#[tokio::test]
async fn section_5_2_reserved_bits_and_opcodes_end_the_connection() {
    let mut rows: Vec<(&str, _, &[u16])> = Vec::new();
    for bits in [0x40, 0x20, 0x10, 0x70] {
        rows.push((
            "5.2 reserved bits of text",
            frame(TEXT | bits, HELLO),
            &[PROTOCOL],
        ));
        rows.push((
            "5.2 reserved bits of a ping",
            frame(PING | bits, b""),
            &[PROTOCOL],
        ));
    }
    for opcode in (0x3..=0x7).chain(0xb..=0xf) {
        rows.push((
            "5.2 reserved opcode",
            frame(0x80 | opcode, b"x"),
            &[PROTOCOL],
        ));
    }
    each_ends_alone(rows).await;
}

/// 5.2 and 10.4: a length is refused when it is announced, before a byte of it has come.
#[tokio::test]
async fn section_5_2_lengths_that_cannot_be_are_refused_at_once() {
    let announced = |first: u8, length: u64| {
        [&[first, 0xff][..], &length.to_be_bytes(), &[0; 4], b"some"].concat()
    };
    let too_large: &[u16] = &[TOO_LARGE, PROTOCOL];
    each_ends_alone(vec![
        ("5.2 the highest bit", announced(TEXT, 1 << 63), too_large),
        ("5.2 all bits", announced(BINARY, u64::MAX), too_large),
        ("10.4 2^40", announced(TEXT, 1 << 40), too_large),
        ("10.4 60 MiB", announced(BINARY, 60 << 20), too_large),
        (
            "10.4 past the limit",
            announced(TEXT, 256 * 1024 + 1),
            too_large,
        ),
        ("5.5 a ping of 2^40", announced(PING, 1 << 40), too_large),
    ])
    .await;
}

/// 5.2: every way to write a length is read, also where a shorter one would do or is refused.
#[tokio::test]
async fn section_5_2_a_length_in_more_bytes_than_it_needs_hurts_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, mut witness) = hub_and_witness(&folder).await;
    let length = u8::try_from(HELLO.len()).unwrap();
    for long in [
        [&[TEXT, 0xfe, 0, length, 0, 0, 0, 0], HELLO].concat(),
        [
            &[TEXT, 0xff, 0, 0, 0, 0, 0, 0, 0, length, 0, 0, 0, 0],
            HELLO,
        ]
        .concat(),
    ] {
        let mut socket = RawSocket::open(&hub).await;
        socket.send(&long).await;
        match socket.next().await {
            Some(frame) if frame.first == TEXT => {
                assert!(frame.payload.starts_with(br#"{"type":"welcomed""#));
            }
            Some(frame) => assert_eq!(frame.close_code(), Some(PROTOCOL)),
            None => {}
        }
    }
    assert!(witness.is_well().await);
}

/// 5.3: the mask is undone, whatever it is.
#[tokio::test]
async fn section_5_3_masks_are_undone() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    for mask in [[0xff; 4], [1, 2, 3, 4], [0, 0, 0, 0x80]] {
        let masked = HELLO.iter().zip(mask.iter().cycle()).map(|(a, b)| a ^ b);
        let payload: Vec<u8> = masked.collect();
        let mut socket = RawSocket::open(&hub).await;
        let hello = [&head(TEXT, 0x80, payload.len())[..], &mask, &payload].concat();
        socket.send(&hello).await;
        socket.until_text("caught_up").await;
    }
}

/// 5.4 and 5.5: a message in fragments, of any size and none, with control frames between them.
#[tokio::test]
async fn section_5_4_fragments_with_control_frames_between_them_are_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    for size in [1, 10, HELLO.len()] {
        let mut socket = RawSocket::open(&hub).await;
        socket.send(&frame(FIRST, b"")).await;
        let mut pings = 0;
        for piece in HELLO.chunks(size) {
            socket.send(&frame(MORE, piece)).await;
            socket.send(&frame(PING, b"between")).await;
            socket.send(&frame(PONG, b"nobody asked")).await;
            pings += 1;
        }
        for _ in 0..pings {
            assert_eq!(socket.until(PONG).await.payload, b"between", "5.5.2");
        }
        socket.send(&frame(LAST, b"")).await;
        socket.until_text("caught_up").await;
    }
}

#[tokio::test]
async fn section_5_4_fragments_out_of_order_end_the_connection() {
    let then = |one: Vec<u8>, two: Vec<u8>| [one, two].concat();
    each_ends_alone(vec![
        ("5.4 more of nothing", frame(MORE, b"x"), &[PROTOCOL]),
        ("5.4 the end of nothing", frame(LAST, HELLO), &[PROTOCOL]),
        (
            "5.4 a message within a message",
            then(frame(FIRST, b"{"), frame(TEXT, HELLO)),
            &[PROTOCOL],
        ),
        (
            "5.4 another begins within a message",
            then(frame(FIRST, b"{"), frame(FIRST, b"{")),
            &[PROTOCOL],
        ),
    ])
    .await;
}

/// 5.4 and 10.4: a message is as large as its fragments together.
#[tokio::test]
async fn section_10_4_many_fragments_have_the_limit_of_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, mut witness) = hub_and_witness(&folder).await;
    let mut socket = RawSocket::open(&hub).await;
    socket.send(&frame(FIRST, b"{")).await;
    let piece = frame(MORE, &[b' '; 1024]);
    for _ in 0..256 {
        socket.send(&piece).await;
    }
    let code = socket.ended().await;
    assert_eq!(code, Some(TOO_LARGE));
    assert!(witness.is_well().await);
}

/// 10.4: nor may it be any number of frames, however little is in each.
#[tokio::test]
async fn section_10_4_a_message_has_so_many_fragments() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, mut witness) = hub_and_witness(&folder).await;
    let hello = br#"{"type":"hello","name":"Bo"}"#;
    let in_frames = |count: usize| {
        let between = frame(MORE, b"").repeat(count - 2);
        [frame(FIRST, hello), between, frame(LAST, b"")].concat()
    };
    let mut socket = RawSocket::open(&hub).await;
    socket.send(&in_frames(MESSAGE_FRAGMENTS_MAX)).await;
    socket.until_text("caught_up").await;

    let mut socket = RawSocket::open(&hub).await;
    socket.send(&in_frames(MESSAGE_FRAGMENTS_MAX + 1)).await;
    assert_eq!(socket.ended().await, Some(TOO_LARGE));
    assert!(witness.is_well().await);
}

// --- 5.5: control frames --------------------------------------------------------------------

#[tokio::test]
async fn section_5_5_control_frames_are_small_and_whole() {
    let large = [b'x'; 126];
    let too_large: &[u16] = &[PROTOCOL, TOO_LARGE];
    each_ends_alone(vec![
        ("5.5 a ping of 126 bytes", frame(PING, &large), too_large),
        ("5.5 a pong of 126 bytes", frame(PONG, &large), too_large),
        ("5.5 a close of 126 bytes", frame(CLOSE, &large), too_large),
        ("5.5 a ping in fragments", frame(0x09, b"x"), &[PROTOCOL]),
        ("5.5 a pong in fragments", frame(0x0a, b"x"), &[PROTOCOL]),
        (
            "5.5 a close in fragments",
            frame(0x08, &[3, 232]),
            &[PROTOCOL],
        ),
    ])
    .await;
}

/// 5.5.2: a pong has what its ping had, up to 125 bytes.
#[tokio::test]
async fn section_5_5_2_a_ping_is_answered_with_what_it_said() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut socket = RawSocket::open(&hub).await;
    for words in [&b""[..], &[0, 255, 0x80], &[b'x'; 125]] {
        socket.send(&frame(PING, words)).await;
        assert_eq!(socket.until(PONG).await.payload, words);
    }
    socket.send(&frame(PONG, b"5.5.3: nobody asked")).await;
    socket.send(&frame(TEXT, HELLO)).await;
    socket.until_text("caught_up").await;
}

/// 5.5.1 and 7.4: a close is answered with the same code; then the hub ends the connection first.
#[tokio::test]
async fn section_7_4_a_close_is_answered_with_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, mut witness) = hub_and_witness(&folder).await;
    let mut ends = vec![(frame(CLOSE, b""), None)];
    for code in [
        1000_u16, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
    ] {
        let plain = code.to_be_bytes().to_vec();
        ends.push((frame(CLOSE, &plain), Some(code)));
        let words = [&plain[..], "because… 👋".as_bytes()].concat();
        ends.push((frame(CLOSE, &words), Some(code)));
    }
    for (close, code) in ends {
        for joined in [false, true] {
            let mut socket = RawSocket::open(&hub).await;
            if joined {
                socket.send(&frame(TEXT, HELLO)).await;
                socket.until_text("caught_up").await;
            }
            // What follows a close is not read (5.5.1).
            let behind = [close.clone(), frame(TEXT, b"no message")].concat();
            socket.send(&behind).await;
            assert_eq!(socket.until(CLOSE).await.close_code(), code);
            assert_eq!(socket.next().await, None, "nothing follows a close");
        }
    }
    assert!(witness.is_well().await);
}

/// 7.4.1, 7.4.2: codes that may not be sent, and a code cut in half.
#[tokio::test]
async fn section_7_4_1_a_close_with_a_code_that_is_none_is_a_fault() {
    let mut rows: Vec<(&str, _, &[u16])> = vec![
        ("5.5.1 half a code", frame(CLOSE, &[3]), &[PROTOCOL]),
        (
            "8.1 a reason that is no UTF-8",
            frame(CLOSE, &[3, 232, 0xff]),
            &[NOT_UTF8, PROTOCOL],
        ),
    ];
    for code in [
        0_u16, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        rows.push(("7.4 code", frame(CLOSE, &code.to_be_bytes()), &[PROTOCOL]));
    }
    each_ends_alone(rows).await;
}

// --- 8: UTF-8 -------------------------------------------------------------------------------

/// 5.6 and 8.1: text is UTF-8 as a whole, wherever it is cut.
#[tokio::test]
async fn section_5_6_a_character_may_be_cut_between_fragments() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let hello = r#"{"type":"hello","name":"Zoë 👋"}"#.as_bytes();
    let mut socket = RawSocket::open(&hub).await;
    let (start, end) = hello.split_at(1);
    socket.send(&frame(FIRST, start)).await;
    for byte in end {
        socket.send(&frame(MORE, &[*byte])).await;
    }
    socket.send(&frame(LAST, b"")).await;
    assert!(socket.until_text("welcomed").await.contains("Zoë 👋"));
    socket.until_text("caught_up").await;
}

#[tokio::test]
async fn section_8_1_text_that_is_no_utf8_ends_the_connection() {
    let mut rows: Vec<(&str, _, &[u16])> = Vec::new();
    for bad in [
        &[0x80][..],                     // a continuation of nothing
        &[0xc3],                         // cut off
        &[0xe2, 0x82],                   // cut off
        &[0xc0, 0xaf],                   // overlong
        &[0xe0, 0x80, 0xaf],             // overlong
        &[0xed, 0xa0, 0x80],             // half a surrogate pair
        &[0xf4, 0x90, 0x80, 0x80],       // past U+10FFFF
        &[0xf8, 0x88, 0x80, 0x80, 0x80], // five bytes
        &[0xff, 0xfe],                   // a byte order mark of UTF-16
    ] {
        let text = [br#"{"type":"hello","name":""#, bad, br#""}"#].concat();
        rows.push(("8.1", frame(TEXT, &text), &[NOT_UTF8]));
        let halves = [frame(FIRST, &text[..25]), frame(LAST, &text[25..])].concat();
        rows.push(("8.1 in fragments", halves, &[NOT_UTF8]));
    }
    each_ends_alone(rows).await;
}

/// 5.6: binary frames have no such rule; a session of the binary encoding takes any bytes in them.
#[tokio::test]
async fn section_5_6_binary_frames_may_hold_anything() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut client = hub.connect(Encoding::Binary).await;
    client.hello(named("Zoë")).await;
    assert!(client.is_well().await);
}
