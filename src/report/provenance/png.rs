//! What a PNG carries: an `iTXt` chunk (PNG, third edition, 11.3.3.4), which no program draws.
//!
//! In: PNG bytes. Out: the same with the chunk behind the header; and its text read back with a
//! digest of everything else.

use crate::pipeline::sha256;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The signature, and the header's chunk of 13 bytes with its length, type and checksum.
const HEAD: usize = 8 + 12 + 13;

const KIND: &[u8] = b"iTXt";

/// The keyword; not compressed; no language, no translated keyword.
const KEYWORD: &[u8] = b"contingent\0\0\0\0\0";

/// Whether bytes begin as a PNG does.
pub(super) fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

/// Puts a text into a PNG.
pub(super) fn stamp(pixels: &[u8], text: &str) -> Vec<u8> {
    let Some((head, rest)) = pixels.split_at_checked(HEAD) else { return pixels.to_vec() };
    let body = [KIND, KEYWORD, text.as_bytes()].concat();
    // The length counts the data without the type. 2^31 bytes are far beyond any chart's words.
    let length = u32::try_from(body.len() - KIND.len()).unwrap_or(u32::MAX);
    let checksum = crc32fast::hash(&body);
    [head, &length.to_be_bytes(), &body, &checksum.to_be_bytes(), rest].concat()
}

/// The text that a PNG carries, and the digest of the PNG without it.
pub(super) fn read(bytes: &[u8]) -> Result<(String, String), String> {
    let mut at = SIGNATURE.len();
    while let Some(chunk) = chunk(bytes, at) {
        if let Some(text) = chunk.body.strip_prefix(KEYWORD).filter(|_| chunk.kind == KIND) {
            let whole = [chunk.kind, chunk.body].concat();
            if crc32fast::hash(&whole) != chunk.checksum {
                return Err("what it says of how it was made is broken".to_owned());
            }
            if !is_whole(bytes, chunk.end) {
                return Err(DAMAGED.to_owned());
            }
            let text = String::from_utf8_lossy(text).into_owned();
            let others = [bytes.get(..at), bytes.get(chunk.end..)];
            return Ok((text, sha256(&others.map(Option::unwrap_or_default).concat())));
        }
        at = chunk.end;
    }
    let whole = bytes.get(at..).is_none_or(<[u8]>::is_empty);
    Err(if whole { super::SILENT } else { DAMAGED }.to_owned())
}

/// Why bytes that no program would have written cannot be judged.
const DAMAGED: &str =
    "it is a damaged PNG: part of it is missing or not what was written; make it anew";

/// Whether all chunks from here on are whole, up to the one that ends a PNG.
fn is_whole(bytes: &[u8], mut at: usize) -> bool {
    while let Some(chunk) = chunk(bytes, at) {
        let written = bytes.get(at + 4..at + 8 + chunk.body.len());
        if written.is_none_or(|written| crc32fast::hash(written) != chunk.checksum) {
            return false;
        }
        if chunk.kind == b"IEND" {
            return true;
        }
        at = chunk.end;
    }
    false
}

/// A piece of a PNG.
struct Chunk<'a> {
    kind: &'a [u8],
    body: &'a [u8],
    checksum: u32,
    end: usize,
}

fn chunk(bytes: &[u8], at: usize) -> Option<Chunk<'_>> {
    let (length, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_at_checked(4)?;
    let (body, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    let (checksum, _) = rest.split_first_chunk::<4>()?;
    let checksum = u32::from_be_bytes(*checksum);
    Some(Chunk { kind, body, checksum, end: at + 12 + body.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::tiny_skia::Pixmap;

    fn pixels() -> Vec<u8> {
        Pixmap::new(3, 2).unwrap().encode_png().unwrap()
    }

    #[test]
    fn what_is_carried_is_read_back_and_the_picture_is_as_it_was() {
        let stamped = stamp(&pixels(), "{\"a\":\"é\"}");
        assert_eq!(read(&stamped).unwrap(), ("{\"a\":\"é\"}".to_owned(), sha256(&pixels())));
        let decoded = Pixmap::decode_png(&stamped).unwrap();
        assert_eq!((decoded.width(), decoded.height()), (3, 2));
    }

    #[test]
    fn another_picture_has_another_digest() {
        let mut other = Pixmap::new(3, 2).unwrap();
        other.fill(resvg::tiny_skia::Color::BLACK);
        let other = other.encode_png().unwrap();
        assert_ne!(read(&stamp(&other, "x")).unwrap().1, read(&stamp(&pixels(), "x")).unwrap().1);
    }

    #[test]
    fn what_is_cut_or_carries_nothing_says_so() {
        assert_eq!(read(&pixels()).unwrap_err(), "it does not say how it was made");
        let stamped = stamp(&pixels(), "text");
        assert_eq!(read(&stamped[..40]).unwrap_err(), DAMAGED);
        assert_eq!(read(&stamped[..stamped.len() - 1]).unwrap_err(), DAMAGED);
        let mut flipped = stamped.clone();
        let last = flipped.len() - 20;
        flipped[last] ^= 1;
        assert_eq!(read(&flipped).unwrap_err(), DAMAGED);
        let spoilt: Vec<u8> = stamped.iter().map(|b| if *b == b'x' { b'y' } else { *b }).collect();
        assert_eq!(read(&spoilt).unwrap_err(), "what it says of how it was made is broken");
        for end in 0..stamped.len() {
            let _ = read(&stamped[..end]);
        }
    }
}
