//! What a file says in its first bytes: which kind of picture it is and how large.
//!
//! What it promises: only pictures that every browser shows and that cannot run anything, by what
//! they are and not by what they are called; never a panic, whatever the bytes.

/// A picture that may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Its media type.
    pub content_type: &'static str,
    /// Pixels as they are stored: how a camera was held (EXIF) turns what is shown, and is not read.
    pub width: u32,
    /// Pixels, as `width`.
    pub height: u32,
}

/// Looks at the first bytes; none when it is no picture of the four kinds.
#[must_use]
pub fn read_head(bytes: &[u8]) -> Option<Picture> {
    let (content_type, (width, height)) = png(bytes)
        .map(|size| ("image/png", size))
        .or_else(|| gif(bytes).map(|size| ("image/gif", size)))
        .or_else(|| jpeg(bytes).map(|size| ("image/jpeg", size)))
        .or_else(|| webp(bytes).map(|size| ("image/webp", size)))?;
    (width > 0 && height > 0).then_some(Picture {
        content_type,
        width,
        height,
    })
}

/// Whether it says to be a picture of the four kinds, even if no more of it can be read.
#[must_use]
pub fn begins_as_picture(bytes: &[u8]) -> bool {
    let is_webp = || bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let signs: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\xd8\xff"];
    signs.iter().any(|sign| bytes.starts_with(sign)) || is_webp()
}

type Size = (u32, u32);

fn png(bytes: &[u8]) -> Option<Size> {
    let head = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    (head.get(4..8)? == b"IHDR").then_some(())?;
    Some((big_u32(head, 8)?, big_u32(head, 12)?))
}

fn gif(bytes: &[u8]) -> Option<Size> {
    let rest = bytes
        .strip_prefix(b"GIF87a")
        .or_else(|| bytes.strip_prefix(b"GIF89a"))?;
    Some((little_u16(rest, 0)?, little_u16(rest, 2)?))
}

/// Walks from segment to segment to the one with the size.
fn jpeg(bytes: &[u8]) -> Option<Size> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let (&[0xff, marker], after) = rest.split_first_chunk::<2>()? else {
            return None;
        };
        match marker {
            0xff => rest = rest.get(1..)?, // a fill byte
            0x01 | 0xd0..=0xd7 => rest = after,
            // A frame's head; the three left out are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((big_u16(after, 5)?, big_u16(after, 3)?));
            }
            0xd9 | 0xda => return None,
            _ => rest = after.get(usize::try_from(big_u16(after, 0)?).ok()?.max(2)..)?,
        }
    }
}

fn webp(bytes: &[u8]) -> Option<Size> {
    let rest = bytes.strip_prefix(b"RIFF")?.get(4..)?;
    let chunk = rest.strip_prefix(b"WEBP")?;
    let body = chunk.get(8..)?;
    match chunk.get(..4)? {
        b"VP8X" => Some((little_u24(body, 4)? + 1, little_u24(body, 7)? + 1)),
        b"VP8L" => {
            let bits = u32::from_le_bytes(body.get(1..5)?.try_into().ok()?);
            (body.first()? == &0x2f).then_some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8 " => {
            (body.get(3..6)? == b"\x9d\x01\x2a").then_some(())?;
            Some((little_u16(body, 6)? & 0x3fff, little_u16(body, 8)? & 0x3fff))
        }
        _ => None,
    }
}

fn big_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn big_u16(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u32::from(u16::from_be_bytes(pair)))
}

fn little_u16(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u32::from(u16::from_le_bytes(pair)))
}

fn little_u24(bytes: &[u8], at: usize) -> Option<u32> {
    match bytes.get(at..at + 3)? {
        [a, b, c] => Some(u32::from_le_bytes([*a, *b, *c, 0])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head(prefix: &[u8], rest: &[u8]) -> Vec<u8> {
        [prefix, rest].concat()
    }

    #[test]
    fn the_four_kinds_are_known_by_their_bytes_and_say_their_size() {
        let png = head(
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
            &[0, 0, 1, 0, 0, 0, 0, 9],
        );
        let gif = head(b"GIF89a", &[3, 0, 4, 0]);
        let jpeg = head(
            b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc0\0\x0b\x08",
            &[0, 7, 1, 1],
        );
        let lossless = head(b"RIFF....WEBPVP8L....\x2f", &[9, 0xc0, 1, 0]);
        let lossy = head(b"RIFF....WEBPVP8 ....\0\0\0\x9d\x01\x2a", &[5, 0, 6, 0]);
        let extended = head(b"RIFF....WEBPVP8X....\0\0\0\0", &[4, 0, 0, 5, 0, 0]);
        for (bytes, content_type, size) in [
            (png, "image/png", (256, 9)),
            (gif, "image/gif", (3, 4)),
            (jpeg, "image/jpeg", (257, 7)),
            (lossless, "image/webp", (10, 8)),
            (lossy, "image/webp", (5, 6)),
            (extended, "image/webp", (5, 6)),
        ] {
            let picture = read_head(&bytes).unwrap();
            assert_eq!(picture.content_type, content_type);
            assert_eq!((picture.width, picture.height), size, "{content_type}");
        }
    }

    #[test]
    fn what_could_run_or_is_nothing_is_no_picture() {
        for bytes in [
            &b"<svg xmlns='http://www.w3.org/2000/svg'>"[..],
            b"<html>",
            b"%PDF-1.7",
            b"",
            b"\xff\xd8\xff\xda\0\x02",
            b"GIF89a\0\0\0\0",
        ] {
            assert_eq!(read_head(bytes), None);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            which in 0..4_usize,
            rest in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let heads: [&[u8]; 4] = [b"\xff\xd8", b"RIFF....WEBPVP8X", b"\x89PNG\r\n\x1a\n", b""];
            let _ = read_head(&head(heads[which], &rest));
        }
    }
}
