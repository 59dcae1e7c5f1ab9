//! Formulas: text becomes an expression over names, every part knowing its place.
//!
//! ```text
//! formula := both ("or" both)*          `|` and `||` are accepted
//! both    := item ("and" item)*         `&` and `&&` are accepted
//! item    := "not" item | "(" formula ")" | "true" | "false" | name
//!          | ("at_least" | "at_most" | "exactly") "(" number ("," formula)+ ")"
//! name    := id ("." id)?
//! ```
//! In: a string and how its bytes map to the file. Out: an `Expression`, or one diagnostic.
//! Names are resolved in `check`.

use crate::diagnostic::{Code, Diagnostic};
use crate::limits::{DEEPEST_FORMULA, LONGEST_FORMULA};
use crate::source::{Span, Spanned};
use std::fmt;
use std::ops::Range;

/// Words that no id may be.
pub const RESERVED: [&str; 8] =
    ["and", "or", "not", "true", "false", "at_least", "at_most", "exactly"];

/// A formula as written.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it says.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression says.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// `true` or `false`.
    Constant(bool),
    /// `id` or `id.member`.
    Name {
        /// The id.
        id: String,
        /// What stands behind the dot.
        member: Option<Spanned<String>>,
    },
    /// `not x`.
    Not(Box<Expression>),
    /// `x and y and ...`, two or more.
    And(Vec<Expression>),
    /// `x or y or ...`, two or more.
    Or(Vec<Expression>),
    /// `at_least(k, ...)` and its kin.
    Count {
        /// Which comparison.
        relation: Relation,
        /// How many.
        count: Spanned<u32>,
        /// Of these.
        of: Vec<Expression>,
    },
}

/// The comparison that a count makes.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Relation {
    /// `at_least`
    AtLeast,
    /// `at_most`
    AtMost,
    /// `exactly`
    Exactly,
}

impl Relation {
    /// Whether `found` true members satisfy it.
    pub fn holds(self, found: u32, count: u32) -> bool {
        match self {
            Self::AtLeast => found >= count,
            Self::AtMost => found <= count,
            Self::Exactly => found == count,
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
            Self::Exactly => "exactly",
        })
    }
}

/// The formula in the language's words, parentheses only where they are needed.
impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExpressionKind::Constant(value) => write!(formatter, "{value}"),
            ExpressionKind::Name { id, member: None } => formatter.write_str(id),
            ExpressionKind::Name { id, member: Some(member) } => {
                write!(formatter, "{id}.{}", member.value)
            }
            ExpressionKind::Not(inner) => write!(formatter, "not {}", Nested(inner, 2)),
            ExpressionKind::And(of) => write_joined(formatter, of, " and ", 1),
            ExpressionKind::Or(of) => write_joined(formatter, of, " or ", 0),
            ExpressionKind::Count { relation, count, of } => {
                write!(formatter, "{relation}({}, ", count.value)?;
                write_joined(formatter, of, ", ", 0)?;
                formatter.write_str(")")
            }
        }
    }
}

fn write_joined(
    formatter: &mut fmt::Formatter<'_>,
    of: &[Expression],
    joint: &str,
    level: u8,
) -> fmt::Result {
    for (position, part) in of.iter().enumerate() {
        let joint = if position > 0 { joint } else { "" };
        write!(formatter, "{joint}{}", Nested(part, level))?;
    }
    Ok(())
}

/// A part inside a chain that binds at a level: `or` 0, `and` 1, `not` 2.
struct Nested<'a>(&'a Expression, u8);

impl fmt::Display for Nested<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let binds = match self.0.kind {
            ExpressionKind::Or(_) => 0,
            ExpressionKind::And(_) => 1,
            _ => 2,
        };
        if binds < self.1 {
            write!(formatter, "({})", self.0)
        } else {
            write!(formatter, "{}", self.0)
        }
    }
}

/// Where the bytes of a formula's text stand in its source.
#[derive(Clone, Copy, Debug)]
pub struct TextPlace {
    /// The whole string, delimiters included.
    pub whole: Span,
    /// The offset of the text's first byte, when the text stands there letter by letter.
    pub start: Option<u32>,
}

impl TextPlace {
    fn span(self, range: Range<usize>) -> Span {
        match self.start {
            Some(start) => {
                let start = start as usize;
                Span::new(self.whole.source, start + range.start..start + range.end)
            }
            None => self.whole,
        }
    }
}

/// Parses a formula.
pub fn parse(text: &str, place: TextPlace) -> Result<Expression, Box<Diagnostic>> {
    let tokens = lex(text, place)?;
    if tokens.is_empty() {
        let message = "this formula is empty";
        let help = "name a condition, a definition or a pledge, or write `true`";
        let problem = Diagnostic::new(Code::FormulaSyntax, place.whole, message).help(help);
        return Err(Box::new(problem));
    }
    let mut parser = Parser { tokens, position: 0, place, depth: 0 };
    let expression = parser.parse_formula()?;
    match parser.peek() {
        None => Ok(expression),
        Some(token) if token.kind == TokenKind::Close => {
            parser.fail(token.range, "this parenthesis closes nothing", "remove it, or open one")
        }
        Some(token) => {
            let help = joining_help(&token);
            parser.fail(token.range, "expected `and`, `or` or the end", help)
        }
    }
}

/// What to do about a token that stands where a joint should.
fn joining_help(token: &Token) -> &'static str {
    match &token.kind {
        TokenKind::Word(word) if ["AND", "OR", "NOT"].contains(&word.as_str()) => {
            "write `and`, `or` and `not` in small letters"
        }
        _ => "join two parts with `and` or `or`",
    }
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum TokenKind {
    Word(String),
    Number(u32),
    Open,
    Close,
    Comma,
    Dot,
    And,
    Or,
    Not,
}

#[derive(Clone, Debug)]
struct Token {
    kind: TokenKind,
    range: Range<usize>,
}

fn lex(text: &str, place: TextPlace) -> Result<Vec<Token>, Box<Diagnostic>> {
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, character)) = rest.next() {
        let mut end = start + character.len_utf8();
        let kind = match character {
            _ if character.is_whitespace() => continue,
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            ',' => TokenKind::Comma,
            '.' => TokenKind::Dot,
            '!' => TokenKind::Not,
            '&' | '|' => {
                if rest.next_if(|(_, next)| *next == character).is_some() {
                    end += 1;
                }
                if character == '&' { TokenKind::And } else { TokenKind::Or }
            }
            _ if character.is_ascii_alphanumeric() || character == '_' => {
                let part = |next: &(usize, char)| next.1.is_ascii_alphanumeric() || next.1 == '_';
                while rest.next_if(part).is_some() {
                    end += 1;
                }
                word(&text[start..end])
            }
            _ => {
                let message = format!("`{character}` has no meaning in a formula");
                let help = "use `and`, `or`, `not`, parentheses and ids";
                let span = place.span(start..end);
                return Err(Box::new(
                    Diagnostic::new(Code::FormulaSyntax, span, message).help(help),
                ));
            }
        };
        if tokens.len() >= LONGEST_FORMULA {
            let message = format!("a formula of more than {LONGEST_FORMULA} words and signs");
            let help = "give its parts names under `[definitions]`";
            let problem = Diagnostic::new(Code::TooLarge, place.span(start..end), message);
            return Err(Box::new(problem.help(help)));
        }
        tokens.push(Token { kind, range: start..end });
    }
    Ok(tokens)
}

fn word(text: &str) -> TokenKind {
    match text {
        "and" => TokenKind::And,
        "or" => TokenKind::Or,
        "not" => TokenKind::Not,
        _ => match text.parse() {
            Ok(number) => TokenKind::Number(number),
            Err(_) => TokenKind::Word(text.to_owned()),
        },
    }
}

struct Parser {
    tokens: Vec<Token>,
    position: usize,
    place: TextPlace,
    depth: usize,
}

type Parsed = Result<Expression, Box<Diagnostic>>;

impl Parser {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.position).cloned()
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let found = self.tokens.get(self.position).is_some_and(|token| token.kind == *kind);
        self.position += usize::from(found);
        found
    }

    fn fail<T>(
        &self,
        range: Range<usize>,
        message: &str,
        help: &str,
    ) -> Result<T, Box<Diagnostic>> {
        let span = self.place.span(range);
        Err(Box::new(Diagnostic::new(Code::FormulaSyntax, span, message).help(help)))
    }

    /// The token that stands where something else was expected, or the last one.
    fn here(&self) -> Range<usize> {
        let last = self.tokens.last().map_or(0..0, |token| token.range.clone());
        self.peek().map_or(last, |token| token.range)
    }

    fn parse_formula(&mut self) -> Parsed {
        self.parse_chain(&TokenKind::Or, Self::parse_both, ExpressionKind::Or)
    }

    fn parse_both(&mut self) -> Parsed {
        self.parse_chain(&TokenKind::And, Self::parse_item, ExpressionKind::And)
    }

    fn parse_chain(
        &mut self,
        joint: &TokenKind,
        part: fn(&mut Self) -> Parsed,
        whole: fn(Vec<Expression>) -> ExpressionKind,
    ) -> Parsed {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.take(joint) {
            parts.push(part(self)?);
        }
        if parts.len() == 1 {
            return Ok(parts.swap_remove(0));
        }
        let span = Span { end: parts[parts.len() - 1].span.end, ..parts[0].span };
        Ok(Expression { kind: whole(parts), span })
    }

    fn parse_item(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > DEEPEST_FORMULA {
            let span = self.place.span(self.here());
            let message = format!("more than {DEEPEST_FORMULA} levels of parentheses");
            let help = "give a part a name under `[definitions]`";
            return Err(Box::new(Diagnostic::new(Code::TooLarge, span, message).help(help)));
        }
        let item = self.parse_item_here();
        self.depth -= 1;
        item
    }

    fn parse_item_here(&mut self) -> Parsed {
        let Some(token) = self.peek() else {
            let help = "name a condition, a definition or a pledge";
            return self.fail(self.here(), "the formula ends where something is missing", help);
        };
        self.position += 1;
        match token.kind {
            TokenKind::Not => {
                let inner = self.parse_item()?;
                let span = Span { end: inner.span.end, ..self.place.span(token.range) };
                Ok(Expression { kind: ExpressionKind::Not(Box::new(inner)), span })
            }
            TokenKind::Open => {
                let inner = self.parse_formula()?;
                self.expect_close(&token)?;
                Ok(inner)
            }
            TokenKind::Word(ref word) => match word.as_str() {
                "true" | "false" => {
                    let kind = ExpressionKind::Constant(word == "true");
                    Ok(Expression { kind, span: self.place.span(token.range) })
                }
                "at_least" => self.parse_count(Relation::AtLeast, &token),
                "at_most" => self.parse_count(Relation::AtMost, &token),
                "exactly" => self.parse_count(Relation::Exactly, &token),
                _ => self.parse_name(word.clone(), token.range),
            },
            _ => {
                let help = "write a name, `not` or a parenthesis there";
                self.fail(token.range, "a name is missing here", help)
            }
        }
    }

    fn expect_close(&mut self, open: &Token) -> Result<(), Box<Diagnostic>> {
        if self.take(&TokenKind::Close) {
            return Ok(());
        }
        match self.peek() {
            None => self.fail(open.range.clone(), "this parenthesis is never closed", "add a `)`"),
            Some(token) => {
                let help = joining_help(&token);
                self.fail(token.range, "expected `and`, `or` or `)`", help)
            }
        }
    }

    fn parse_name(&mut self, id: String, range: Range<usize>) -> Parsed {
        let mut span = self.place.span(range.clone());
        let mut member = None;
        if self.take(&TokenKind::Dot) {
            let Some(Token { kind: TokenKind::Word(word), range }) = self.peek() else {
                let help = "write `condition.outcome` or `assumption.option`";
                return self.fail(self.here(), "a name is missing behind the dot", help);
            };
            self.position += 1;
            let place = self.place.span(range);
            span.end = place.end;
            member = Some(Spanned::new(word, place));
        }
        Ok(Expression { kind: ExpressionKind::Name { id, member }, span })
    }

    fn parse_count(&mut self, relation: Relation, word: &Token) -> Parsed {
        let form = "write it as `at_least(2, first, second, third)`";
        let open = Token { range: self.here(), ..word.clone() };
        if !self.take(&TokenKind::Open) {
            return self.fail(word.range.clone(), "a count needs a list in parentheses", form);
        }
        let count = match self.peek() {
            Some(Token { kind: TokenKind::Number(count), range }) => {
                self.position += 1;
                Spanned::new(count, self.place.span(range))
            }
            _ => return self.fail(self.here(), "a count begins with a whole number", form),
        };
        let mut of = Vec::new();
        while self.take(&TokenKind::Comma) {
            of.push(self.parse_formula()?);
        }
        if of.is_empty() {
            return self.fail(self.here(), "a count needs something to count", form);
        }
        self.expect_close(&open)?;
        let end = self.tokens[self.position - 1].range.end;
        let span = self.place.span(word.range.start..end);
        Ok(Expression { kind: ExpressionKind::Count { relation, count, of }, span })
    }
}

#[cfg(test)]
mod tests {
    use super::{Expression, ExpressionKind, TextPlace, parse};
    use crate::source::{SourceId, Span};

    fn shown(expression: &Expression) -> String {
        let list = |of: &[Expression]| of.iter().map(shown).collect::<Vec<_>>().join(" ");
        match &expression.kind {
            ExpressionKind::Constant(value) => value.to_string(),
            ExpressionKind::Name { id, member: None } => id.clone(),
            ExpressionKind::Name { id, member: Some(member) } => format!("{id}.{}", member.value),
            ExpressionKind::Not(inner) => format!("(not {})", shown(inner)),
            ExpressionKind::And(of) => format!("(and {})", list(of)),
            ExpressionKind::Or(of) => format!("(or {})", list(of)),
            ExpressionKind::Count { relation, count, of } => {
                format!("({relation:?} {} {})", count.value, list(of))
            }
        }
    }

    fn check(text: &str, expected: &str) {
        let whole = Span::new(SourceId(0), 0..text.len());
        let shown = match parse(text, TextPlace { whole, start: Some(0) }) {
            Ok(expression) => shown(&expression),
            Err(problem) => {
                let words = &text[problem.primary.span.range()];
                format!("{} at `{words}`", problem.message)
            }
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tightest() {
        check("a or b and not c", "(or a (and b (not c)))");
        check("(a | b) & !c", "(and (or a b) (not c))");
        check("a && b || c", "(or (and a b) c)");
    }

    #[test]
    fn counts_outcomes_and_constants_are_read() {
        check("at_least(2, a, b or c, x.y)", "(AtLeast 2 a (or b c) x.y)");
        check("exactly(0, a) and at_most(1, b, true)", "(and (Exactly 0 a) (AtMost 1 b true))");
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        check("(a and b", "this parenthesis is never closed at `(`");
        check("a and", "the formula ends where something is missing at `and`");
        check("a b", "expected `and`, `or` or the end at `b`");
        check("a)", "this parenthesis closes nothing at `)`");
        check("a and $b", "`$` has no meaning in a formula at `$`");
        check("at_least(a, b)", "a count begins with a whole number at `a`");
        check("at_least(2)", "a count needs something to count at `)`");
        check("x.", "a name is missing behind the dot at `.`");
        check("", "this formula is empty at ``");
        let deep = format!("{}a{}", "(".repeat(70), ")".repeat(70));
        check(&deep, "more than 64 levels of parentheses at `(`");
    }
}
