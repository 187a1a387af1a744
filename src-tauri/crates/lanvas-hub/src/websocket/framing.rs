//! Counts a peer's frames without looking into them, before anybody works on them.
//!
//! A parser takes some time for every frame, however little is in it, and a message may come in any
//! number of frames. So they are counted first: who sends many is read later, and a message that
//! does not end is not begun.

/// The longest header: two bytes, a length of eight and a mask of four.
const HEADER_BYTES_MAX: usize = 14;
const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;
/// Opcodes from here on are of control frames: those come between the fragments of a message.
const FIRST_CONTROL: u8 = 8;

/// Where it is in a peer's bytes.
#[derive(Debug)]
pub(crate) struct Framing {
    fragments_max: usize,
    /// What came of the header under way.
    header: [u8; HEADER_BYTES_MAX],
    had: usize,
    /// What is to come of the frame's payload.
    left: u64,
    /// Frames of the message under way.
    fragments: usize,
}

/// What some bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Walked {
    /// Frames that begin in them.
    pub(crate) frames: usize,
    /// How many of the bytes come before a message has one frame too many.
    pub(crate) upto: usize,
}

impl Framing {
    /// Of messages that may come in so many frames.
    pub(crate) fn new(fragments_max: usize) -> Self {
        Self {
            fragments_max,
            header: [0; HEADER_BYTES_MAX],
            had: 0,
            left: 0,
            fragments: 0,
        }
    }

    /// Goes on over the next bytes.
    pub(crate) fn walk(&mut self, bytes: &[u8]) -> Walked {
        let (mut frames, mut at) = (0, 0);
        while at < bytes.len() {
            if self.left > 0 {
                let passed =
                    (bytes.len() - at).min(usize::try_from(self.left).unwrap_or(usize::MAX));
                self.left -= passed as u64;
                at += passed;
                continue;
            }
            self.header[self.had] = bytes[at];
            self.had += 1;
            at += 1;
            if self.had < 2 || self.had < self.header_length() {
                continue;
            }
            frames += 1;
            if !self.begin_frame() {
                return Walked {
                    frames,
                    upto: at - 1,
                };
            }
        }
        Walked { frames, upto: at }
    }

    fn header_length(&self) -> usize {
        let [_, second, ..] = self.header;
        let mask = if second & MASKED == 0 { 0 } else { 4 };
        mask + match second & !MASKED {
            126 => 4,
            127 => 10,
            _ => 2,
        }
    }

    /// The header is whole. Whether its message may have one more frame.
    fn begin_frame(&mut self) -> bool {
        let [first, second, ref rest @ ..] = self.header;
        let wide = u64::from_be_bytes([
            rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6], rest[7],
        ]);
        self.left = match second & !MASKED {
            126 => wide >> 48,
            127 => wide,
            short => u64::from(short),
        };
        self.had = 0;
        if first & 0x0f >= FIRST_CONTROL {
            return true;
        }
        self.fragments += 1;
        let within = self.fragments <= self.fragments_max;
        if first & FINAL != 0 {
            self.fragments = 0;
        }
        within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u8, length: usize) -> Vec<u8> {
        let wide = (length as u64).to_be_bytes();
        let mut frame = match length {
            0..126 => vec![first, MASKED | wide[7]],
            126..65_536 => vec![first, MASKED | 126, wide[6], wide[7]],
            _ => [&[first, MASKED | 127][..], &wide].concat(),
        };
        frame.extend([0xff; 4]);
        frame.extend(vec![0x81; length]);
        frame
    }

    /// Message of two, a ping between; another message; half a header.
    fn story() -> Vec<u8> {
        let frames = [
            frame(0x02, 300),
            frame(0x89, 5),
            frame(0x80, 70_000),
            frame(0x82, 0),
            frame(0x81, 125),
        ];
        [frames.concat(), vec![0x82]].concat()
    }

    #[test]
    fn frames_are_counted_however_the_bytes_come_in() {
        let bytes = story();
        for size in [1, 2, 3, 7, 100, 1_000, bytes.len()] {
            let mut framing = Framing::new(2);
            let walked = bytes.chunks(size).map(|piece| framing.walk(piece));
            let all = walked.fold((0, 0), |sum, it| (sum.0 + it.frames, sum.1 + it.upto));
            assert_eq!(all, (5, bytes.len()), "{size} bytes at a time");
        }
    }

    #[test]
    fn a_message_ends_before_the_frame_that_is_one_too_many() {
        let (first, more, last) = (frame(0x02, 1), frame(0x00, 0), frame(0x80, 0));
        let message = [first.clone(), more.repeat(2), last].concat();
        let mut framing = Framing::new(4);
        let walked = framing.walk(&message.repeat(3));
        assert_eq!(walked.upto, message.len() * 3, "each may have four");
        let endless = [first, more.repeat(4)].concat();
        let Walked { frames, upto } = framing.walk(&endless);
        assert_eq!(
            (frames, upto),
            (5, endless.len() - 1),
            "the fifth is never whole"
        );
    }

    #[test]
    fn a_length_that_is_only_claimed_is_waited_for() {
        let mut framing = Framing::new(1);
        let claimed = [&[0x82, MASKED | 127][..], &u64::MAX.to_be_bytes(), &[0; 4]].concat();
        assert_eq!(framing.walk(&claimed).frames, 1);
        let more = vec![0; 100_000];
        let walked = framing.walk(&more);
        assert_eq!(
            walked,
            Walked {
                frames: 0,
                upto: more.len()
            }
        );
    }
}
