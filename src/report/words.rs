//! Numbers and lists in sentences and labels.
//!
//! In: figures. Out: the words that summaries, charts and terminal tables share.

/// `12,000`; rounded to whole numbers.
pub fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut shown = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    let negative = value < 0.0 && digits != "0";
    if negative { format!("-{shown}") } else { shown }
}

/// `6 %`, `<1 %`, `>99 %`; `0 %` and `100 %` only where nothing is left.
pub fn percent(probability: f64) -> String {
    let rounded = format!("{:.0}", probability * 100.0);
    match rounded.as_str() {
        "0" | "-0" if probability > 0.0 => "<1 %".to_owned(),
        "100" if probability < 1.0 - 1e-12 => ">99 %".to_owned(),
        "-0" => "0 %".to_owned(),
        _ => format!("{rounded} %"),
    }
}

/// `15 in 100`, `fewer than 1 in 100`, `all`.
pub fn in_hundred(probability: f64) -> String {
    match percent(probability).as_str() {
        "<1 %" => "fewer than 1 in 100".to_owned(),
        ">99 %" => "more than 99 in 100".to_owned(),
        other => format!("{} in 100", other.trim_end_matches(" %")),
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
    use super::{in_hundred, list, percent, thousands};

    #[test]
    fn numbers_read_as_in_a_briefing() {
        assert_eq!(thousands(1_250_000.0), "1,250,000");
        assert_eq!(thousands(999.6), "1,000");
        assert_eq!(thousands(-0.2), "0");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.001), "<1 %");
        assert_eq!(percent(0.999), ">99 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(in_hundred(0.854), "85 in 100");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()], "or"), "a, b or c");
    }
}
