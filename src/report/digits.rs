//! Numbers as text, fast: the same 12 significant digits as `table::number`.
//!
//! In: a number. Out: bytes behind those of a row. A number times a power of ten is one product of
//! whole numbers, whose error is known; where that might change a digit, `table::number` decides.

use super::table::number;

/// Significant digits below and at which a whole number has one too many.
const DIGITS: u64 = 1_000_000_000_000;

/// The most zeros behind the point that are written here.
const MOST_ZEROS: usize = 96;

/// Zeros to copy from.
const ZEROS: [u8; MOST_ZEROS] = [b'0'; MOST_ZEROS];

/// How many powers of ten are needed: up to that which makes a number with so many zeros one of 12
/// digits before the point.
const POWERS: usize = MOST_ZEROS + 13;

/// 10^k as the upper 64 bits of its binary digits, rounded down, and the exponent of the last.
const POWERS_OF_TEN: [(u64, i32); POWERS] = powers_of_ten();

#[expect(clippy::cast_possible_wrap, reason = "at most 128 leading zeros")]
const fn powers_of_ten() -> [(u64, i32); POWERS] {
    let mut powers = [(0, 0); POWERS];
    let (mut digits, mut exponent) = (1_u128 << 127, -127_i32);
    let mut k = 0;
    while k < POWERS {
        powers[k] = ((digits >> 64) as u64, exponent + 64);
        digits = (digits >> 4) * 10;
        let shift = digits.leading_zeros();
        digits <<= shift;
        exponent += 4 - shift as i32;
        k += 1;
    }
    powers
}

/// Appends a number with 12 significant digits, never with an exponent.
#[inline]
pub(super) fn push_number(out: &mut Vec<u8>, value: f64, point: u8) {
    if value == 0.0 {
        out.push(b'0');
    } else if let Some(whole) = small_whole(value) {
        push_whole(out, whole);
    } else if let Some((digits, exponent)) = decimal(value) {
        push_decimal(out, digits, exponent, point);
    } else {
        let text = number(value);
        out.extend(text.bytes().map(|byte| if byte == b'.' { point } else { byte }));
    }
}

/// Appends a whole number.
#[inline]
pub(super) fn push_whole(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// A number that is whole and has at most 12 digits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared again")]
#[expect(clippy::cast_precision_loss, reason = "below 10^12 it is exact")]
fn small_whole(value: f64) -> Option<u64> {
    let whole = value as u64;
    (whole < DIGITS && (whole as f64).to_bits() == value.to_bits()).then_some(whole)
}

/// The 12 digits of a positive number, rounded, and the power of ten of the first; none where it is
/// out of range or too near the middle between two to be sure.
fn decimal(value: f64) -> Option<(u64, i32)> {
    let bits = value.to_bits();
    let biased = i32::try_from(bits >> 52).ok().filter(|biased| (1..0x7ff).contains(biased))?;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    // log10(2) = 0.30103: this is the power of the first digit, or one below it.
    let mut exponent = ((biased - 1023) * 1233) >> 12;
    let mut product = scaled(mantissa, biased - 1075, 11 - exponent)?;
    if product.0 >> product.1 >= u128::from(DIGITS) {
        exponent += 1;
        product = scaled(mantissa, biased - 1075, 11 - exponent)?;
    }
    let (product, shift) = product;
    let (fraction, half) = (product & ((1 << shift) - 1), 1_u128 << (shift - 1));
    if fraction <= half && half - fraction <= 1 << 54 {
        return None;
    }
    let digits = u64::try_from(product >> shift).ok()? + u64::from(fraction > half);
    match digits {
        DIGITS => Some((DIGITS / 10, exponent + 1)),
        _ => (DIGITS / 10..DIGITS).contains(&digits).then_some((digits, exponent)),
    }
}

/// mantissa * 2^exponent * 10^power, rounded down by less than 2^54, as a number to be shifted right.
fn scaled(mantissa: u64, exponent: i32, power: i32) -> Option<(u128, i32)> {
    let (digits, own) = *POWERS_OF_TEN.get(usize::try_from(power).ok()?)?;
    let shift = -(exponent + own);
    (56..128).contains(&shift).then(|| (u128::from(mantissa) * u128::from(digits), shift))
}

/// Appends 12 digits, the first of which has the given power of ten, without zeros at the end.
fn push_decimal(out: &mut Vec<u8>, digits: u64, exponent: i32, point: u8) {
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(digits).as_bytes();
    let end = text.iter().rposition(|digit| *digit != b'0').map_or(1, |last| last + 1);
    if let Ok(exponent) = usize::try_from(exponent) {
        let before = exponent + 1;
        out.extend_from_slice(&text[..before]);
        if end > before {
            out.push(point);
            out.extend_from_slice(&text[before..end]);
        }
    } else {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        out.extend_from_slice(&[b'0', point]);
        out.extend_from_slice(&ZEROS[..zeros]);
        out.extend_from_slice(&text[..end]);
    }
}

#[cfg(test)]
mod tests {
    use super::push_number;
    use crate::report::table::number;

    fn same(value: f64) {
        let mut out = Vec::new();
        push_number(&mut out, value, b'.');
        assert_eq!(String::from_utf8(out).unwrap(), number(value), "{value:e}");
    }

    #[test]
    fn special_numbers_are_those_of_the_tables() {
        for value in [0.0, -0.0, 1.0, 0.5, 0.1 + 0.2, 1e12, 1e12 - 0.5, 999_999_999_999.5, -0.25] {
            same(value);
        }
        for value in [
            f64::NAN,
            f64::INFINITY,
            f64::MIN_POSITIVE,
            5e-324,
            f64::MAX,
            1e22,
            0.999_999_999_999_5,
        ] {
            same(value);
        }
        for exponent in 0..1074 {
            let mut value = 1.0_f64;
            (0..exponent).for_each(|_| value /= 2.0);
            same(value);
            same(1.0 / value.max(1e-300));
        }
        for power in 0..40 {
            let mut value = 1.0_f64;
            (0..power).for_each(|_| value /= 10.0);
            (1..20_u64).for_each(|k| same(value * f64::from_bits((1.0_f64).to_bits() - k)));
        }
    }

    #[test]
    fn random_numbers_are_those_of_the_tables() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for round in 0..200_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            same(f64::from_bits(state));
            let exponent = 1023 - 130 + (state >> 57) + round % 80;
            same(f64::from_bits(state >> 12 | exponent << 52));
            same(f64::from(u32::try_from(state >> 40).unwrap()) / 32_768.0);
        }
    }
}
