//! Wet ink without names: most of what a session says is a few points, sixty times a second for
//! each pen, to everybody.
//!
//! | bytes | what |
//! |---|---|
//! | varint | author |
//! | 1, then so many | the stroke's id |
//! | 3 | red, green, blue |
//! | 4 | width, a little-endian IEEE 754 single |
//! | varint | start |
//! | the rest | packed points |
//!
//! Varints are LEB128. Ink of another nib, opacity or dash goes as a message with names.

use super::DecodeError;
use crate::{
    ids::{ParticipantId, ShapeId},
    message::Ink,
    points::Points,
    shape::Color,
};

/// Whether it is a pen's, which is all that this form can say.
pub(super) fn fits(ink: &Ink) -> bool {
    let Ink {
        nib, opacity, dash, ..
    } = ink;
    *nib == Default::default() && opacity.is_none() && *dash == Default::default()
}

pub(super) fn write(ink: &Ink, out: &mut Vec<u8>) {
    write_varint(ink.author.0, out);
    let id = ink.stroke.as_str().as_bytes();
    out.push(u8::try_from(id.len()).expect("an id has 32 characters at most"));
    out.extend_from_slice(id);
    out.extend_from_slice(&ink.color.0);
    out.extend_from_slice(&ink.width.to_le_bytes());
    write_varint(ink.start, out);
    out.extend_from_slice(ink.points.as_packed());
}

pub(super) fn read(mut bytes: &[u8]) -> Result<Ink, DecodeError> {
    let author = ParticipantId(read_varint(&mut bytes)?);
    let [length] = *take::<1>(&mut bytes)?;
    let (id, rest) = bytes
        .split_at_checked(usize::from(length))
        .ok_or(DecodeError::Ink)?;
    bytes = rest;
    let id = str::from_utf8(id).map_err(|_| DecodeError::Ink)?;
    let stroke = ShapeId::new(id).map_err(|_| DecodeError::Ink)?;
    let color = Color(*take::<3>(&mut bytes)?);
    let width = f32::from_le_bytes(*take::<4>(&mut bytes)?);
    let start = read_varint(&mut bytes)?;
    let points = Points::from_packed(bytes).map_err(|_| DecodeError::Ink)?;
    let pen = Ink::pen(stroke, color, width, start, points);
    Ok(Ink { author, ..pen })
}

fn take<'a, const N: usize>(bytes: &mut &'a [u8]) -> Result<&'a [u8; N], DecodeError> {
    let (taken, rest) = bytes.split_first_chunk().ok_or(DecodeError::Ink)?;
    *bytes = rest;
    Ok(taken)
}

fn write_varint(mut value: u32, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn read_varint(bytes: &mut &[u8]) -> Result<u32, DecodeError> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let [byte] = *take::<1>(bytes)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(value).map_err(|_| DecodeError::Ink);
        }
    }
    Err(DecodeError::Ink)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_ink_or_refused(bytes: Vec<u8>) {
            if let Ok(ink) = read(&bytes) {
                let mut again = Vec::new();
                write(&ink, &mut again);
                let mut third = Vec::new();
                write(&read(&again).unwrap(), &mut third);
                prop_assert_eq!(again, third);
            }
        }

        #[test]
        fn ink_survives(author: u32, start: u32, id in "[a-zA-Z0-9_-]{1,32}", width in 0.1_f32..600.0) {
            let stroke = ShapeId::new(id).unwrap();
            let points = Points::from_packed(&[4, 1, 2, 2]).unwrap();
            let pen = Ink::pen(stroke, Color([1, 2, 3]), width, start, points);
            let ink = Ink { author: ParticipantId(author), ..pen };
            let mut bytes = Vec::new();
            write(&ink, &mut bytes);
            prop_assert_eq!(read(&bytes).unwrap(), ink);
            for length in 0..bytes.len() {
                prop_assert!(read(&bytes[..length]).is_err());
            }
        }
    }
}
