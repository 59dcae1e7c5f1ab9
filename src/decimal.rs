//! Decimal numbers as the file writes them, exactly.
//!
//! Shares and splits are apportioned in whole troops, where 0.1 + 0.2 must be 0.3; probabilities
//! become `f64` only at `compile`.

use std::cmp::Ordering;
use std::fmt;

/// `digits / 10^scale`, at most 18 significant digits.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    digits: i128,
    scale: u32,
    pointed: bool,
}

/// The most decimal places and significant digits that a number may have.
const MOST_DIGITS: u32 = 18;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { digits: 0, scale: 0, pointed: false };
    /// One.
    pub const ONE: Self = Self { digits: 1, scale: 0, pointed: false };

    /// Reads `12`, `-0.25`, `1_000.5`, `1.5e-3`. `None` for anything else, infinities and
    /// more than 18 digits included.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace('_', "");
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        let number = Self::from_places(digits, places)?;
        Some(Self { pointed: mantissa.contains('.'), ..number })
    }

    fn from_places(mut digits: i128, mut places: i32) -> Option<Self> {
        if digits == 0 {
            return Some(Self::ZERO);
        }
        while places > 0 && digits % 10 == 0 {
            digits /= 10;
            places -= 1;
        }
        let limit = 10_i128.pow(MOST_DIGITS);
        while places < 0 {
            digits = digits.checked_mul(10).filter(|digits| digits.abs() < limit)?;
            places += 1;
        }
        let scale = u32::try_from(places).ok().filter(|scale| *scale <= MOST_DIGITS)?;
        (digits.abs() < limit).then_some(Self { digits, scale, pointed: false })
    }

    /// A whole number.
    pub fn whole(value: u64) -> Self {
        Self { digits: i128::from(value), scale: 0, pointed: false }
    }

    /// Whether it was written with a decimal point: `1.000` may be meant as a thousand.
    pub fn is_pointed(self) -> bool {
        self.pointed
    }

    /// The nearest `f64`.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The number as whole troops, when it is whole and not negative.
    pub fn to_whole(self) -> Option<u64> {
        if self.scale == 0 { u64::try_from(self.digits).ok() } else { None }
    }

    /// The sum. Both have at most 18 places, so it is exact.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mut scale = self.scale.max(other.scale);
        let mut digits = self.digits_at(scale) + other.digits_at(scale);
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        Self { digits, scale, pointed: false }
    }

    /// The difference, exact.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.plus(Self { digits: -other.digits, ..other })
    }

    /// So many times the number; none where it has more than 18 digits.
    #[must_use]
    pub fn times(self, count: u64) -> Option<Self> {
        let digits = self.digits.checked_mul(i128::from(count))?;
        Self::from_places(digits, i32::try_from(self.scale).ok()?)
    }

    /// How many times another number goes into it; none where that is not above zero, or it is
    /// negative.
    pub fn times_of(self, other: Self) -> Option<u64> {
        let scale = self.scale.max(other.scale);
        let divisor = Some(other.digits_at(scale)).filter(|digits| *digits > 0)?;
        u64::try_from(self.digits_at(scale) / divisor).ok()
    }

    /// The digits when written with `scale` places, `scale` being at least its own.
    pub fn digits_at(self, scale: u32) -> i128 {
        self.digits * 10_i128.pow(scale.saturating_sub(self.scale))
    }

    /// How many decimal places it has.
    pub fn scale(self) -> u32 {
        self.scale
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.digits_at(scale).cmp(&other.digits_at(scale))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs().to_string();
        let places = self.scale as usize;
        if places == 0 {
            return write!(formatter, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        write!(formatter, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn decimals_keep_what_the_file_says() {
        for (text, shown) in
            [("0.30", "0.3"), ("1_000.5", "1000.5"), ("1e3", "1000"), ("-2.5e-3", "-0.0025")]
        {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), shown);
        }
        assert_eq!(Decimal::parse("0e-999999999"), Some(Decimal::ZERO));
        for text in ["inf", "nan", "", "0x10", "1e40", "0.1234567890123456789"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_tenth_and_two_tenths_are_three_tenths() {
        let of = |text| Decimal::parse(text).unwrap();
        assert_eq!(of("0.1").plus(of("0.2")).cmp(&of("0.3")), std::cmp::Ordering::Equal);
        assert_eq!(of("0.5").plus(of("0.5")), Decimal::ONE);
        assert!(of("0.25") < of("0.3"));
    }

    #[test]
    fn a_number_goes_into_another_a_whole_number_of_times() {
        let of = |text| Decimal::parse(text).unwrap();
        assert_eq!(of("30000").times_of(of("3")), Some(10_000));
        assert_eq!(of("10").times_of(of("2.5")), Some(4));
        assert_eq!(of("0.3").times_of(of("0.1")), Some(3));
        assert_eq!(of("29999").times_of(of("3")), Some(9_999));
        assert_eq!(of("1").times_of(Decimal::ZERO), None);
        let (large, fine) = (of("1000000000"), of("1.00000000000000001"));
        assert_eq!(large.times_of(fine), Some(999_999_999));
    }
}
