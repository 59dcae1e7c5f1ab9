//! Characters that a terminal, an editor or a browser obeys instead of showing.
//!
//! Besides: text broken into lines.
//!
//! In: text of users: of a scenario, of the command line, of file names. Out: whether it holds such a character, or the
//! text with them spelled out. Scenarios may not hold them at all (`document`), so that no table, chart or summary
//! does; what quotes a scenario that is refused, or the command line, is made harmless where it is printed.

/// Whether a character is obeyed: control codes other than line break and tab, the marks that turn the direction of
/// writing, the line separators that only some programs know, and the two that no XML may hold.
pub fn is_obeyed(character: char) -> bool {
    character.is_control() && !['\n', '\r', '\t'].contains(&character)
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// Whether a character turns, joins or hides the text around it.
fn is_hidden(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a character is not shown as one, obeyed or not.
pub fn is_unseen(character: char) -> bool {
    character.is_control() || is_hidden(character)
}

/// What is seen of a text: spaces for what controls, nothing for what is hidden.
pub fn seen(text: &str) -> impl Iterator<Item = char> {
    let spaced = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    spaced.filter(|letter| !is_hidden(*letter))
}

/// A text with what is not shown spelled out.
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => shown.extend(character.escape_default()),
            _ if is_unseen(character) => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    shown
}

/// The same for several lines.
pub fn harmless_lines(text: &str) -> String {
    text.split('\n').map(harmless).collect::<Vec<_>>().join("\n")
}

/// What a character is called where it cannot be shown.
pub fn named(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// A text broken between words into lines of at most so many characters; longer words stay whole.
pub fn lines(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{harmless, harmless_lines, is_obeyed, is_unseen, lines, named, seen};

    #[test]
    fn lines_break_between_words_only() {
        assert_eq!(lines("one two  three", 7), ["one two", "three"]);
        assert_eq!(lines("a verylongword b", 6), ["a", "verylongword", "b"]);
        assert_eq!(lines("", 6), [""]);
    }

    #[test]
    fn what_is_obeyed_is_spelled_out_and_all_else_stays() {
        assert_eq!(
            harmless("a\u{1b}[31m\u{202e}\u{0}\u{85}\n"),
            r"a\u{1b}[31m\u{202e}\u{0}\u{85}\n"
        );
        assert_eq!(harmless_lines("a\u{7}\nb"), "a\\u{7}\nb");
        let shown = "é 北 العربية 🇫🇷 x\u{301} \u{a0} –";
        assert_eq!(harmless(shown), shown);
        assert_eq!(seen("a\u{0}b\u{ad}\u{61c}\u{2066}c\n").collect::<String>(), "a bc ");
        // Persian needs the one, Hebrew the other.
        assert!(!is_obeyed('\u{200c}') && !is_obeyed('\u{200f}'));
        let obeyed = ('\0'..=char::MAX).filter(|character| is_obeyed(*character));
        assert!(obeyed.into_iter().all(is_unseen));
        assert_eq!(named('\u{1b}'), "U+001B");
    }
}
