//! Numbers and lists in sentences and labels.
//!
//! In: figures. Out: the words that summaries, charts and terminal tables share.

/// `12,000`; below ten, one decimal where it matters.
pub fn thousands(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value.abs() < 10.0 && (value * 10.0).round() % 10.0 != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{:.0}", value.abs().round());
    let mut shown = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if value <= -0.5 { format!("-{shown}") } else { shown }
}

/// A count as [`thousands`] writes it; from a thousand million on `about 8 x 10^28`.
pub fn large(count: f64) -> String {
    if !count.is_finite() {
        return "more than 10^308".to_owned();
    }
    if count < 1e9 {
        return thousands(count);
    }
    let shown = format!("{count:.0e}");
    let (digit, power) = shown.split_once('e').unwrap_or((&shown, "0"));
    format!("about {digit} x 10^{power}")
}

/// `6 %`, half rounded up; `<1 %` and `>99 %` where rounding would say never or always.
pub fn percent(probability: f64) -> String {
    match probability {
        p if !p.is_finite() => "–".to_owned(),
        p if p > 0.0 && p < 0.005 => "<1 %".to_owned(),
        p if p >= 0.995 && (p - 1.0).abs() > 1e-12 => ">99 %".to_owned(),
        // What lies half-way but for the dust of binary fractions is rounded up.
        p => format!("{:.0} %", ((p * 1e12).round() / 1e10).round().abs()),
    }
}

/// `15 in 100`, `under 1 in 100`; with another joint `15 of 100`.
pub fn hundredths(probability: f64, joint: &str) -> String {
    match percent(probability).as_str() {
        "<1 %" => format!("under 1 {joint} 100"),
        ">99 %" => format!("over 99 {joint} 100"),
        other => format!("{} {joint} 100", other.trim_end_matches(" %")),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(parts: &[String], last_joint: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {last_joint} {last}", first.join(", ")),
    }
}

/// The first letter in upper case.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{hundredths, large, list, percent, thousands};

    #[test]
    fn numbers_read_as_in_a_briefing() {
        assert_eq!(thousands(1_250_000.0), "1,250,000");
        assert_eq!(thousands(999.6), "1,000");
        let texts = [0.0, 999.0, 12_000.0, 2.5, -1234.0, f64::NAN].map(thousands);
        assert_eq!(texts, ["0", "999", "12,000", "2.5", "-1,234", "–"]);
        assert_eq!(hundredths(0.854, "in"), "85 in 100");
        assert_eq!(hundredths(0.325, "of"), "33 of 100");
    }

    #[test]
    fn counts_beyond_reading_are_powers_of_ten() {
        let texts = [416.0, 1_048_576.0, 7.9228e28, f64::INFINITY].map(large);
        assert_eq!(texts, ["416", "1,048,576", "about 8 x 10^28", "more than 10^308"]);
    }

    #[test]
    fn per_cent_never_rounds_to_never_or_always() {
        let texts = [0.0, 1e-9, 0.0049, 0.005, 0.064, 0.9949, 0.995, 1.0].map(percent);
        assert_eq!(texts, ["0 %", "<1 %", "<1 %", "1 %", "6 %", "99 %", ">99 %", "100 %"]);
        assert_eq!([0.325, 1.0 - 0.675].map(percent), ["33 %", "33 %"]);
    }

    #[test]
    fn lists_are_joined_as_in_a_sentence() {
        assert_eq!(list(&["a".into(), "b".into(), "c".into()], "or"), "a, b or c");
    }
}
