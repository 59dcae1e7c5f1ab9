//! Whether a scenario has more of anything than the program takes on.
//!
//! In: the merged tree. Out: the same tree; where a list in it is longer than its limit, a problem at the first thing
//! beyond, and nothing in the list's place, so that nobody works through it.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Unread};
use crate::document::{Item, Table, Value};
use crate::limits::{MOST_ENTRIES, MOST_OPTIONS, MOST_PAIRS, MOST_UPDATES};
use crate::source::Span;

/// Keys of an entry that hold lists, the most that each may have, and the remedy.
const LISTS: [(&str, usize, &str); 4] = [
    ("given", MOST_OPTIONS, "write fewer clauses"),
    ("options", MOST_OPTIONS, "keep those that are compared"),
    ("outcomes", MOST_OPTIONS, "put several outcomes into one"),
    ("updates", MOST_UPDATES, "begin a new file with what is known by now"),
];

/// Takes out what there is too much of.
pub fn cut(tree: &mut Table, diagnostics: &mut Diagnostics) {
    for (section, item) in tree.iter_mut().filter(|(section, _)| *section != "scenario") {
        let help = "spread them over several scenarios";
        let few = !cut_list(item, section, MOST_ENTRIES, help, diagnostics);
        let Value::Table(entries) = &mut item.node.value else { continue };
        if section == "definitions" || !few {
            continue;
        }
        for entry in entries.values_mut() {
            cut_entry(entry, diagnostics);
        }
    }
    cut_pairs(tree, diagnostics);
}

fn cut_entry(entry: &mut Item, diagnostics: &mut Diagnostics) {
    let Value::Table(keys) = &mut entry.node.value else { return };
    for (key, most, help) in LISTS {
        if let Some(item) = keys.get_mut(key) {
            cut_list(item, key, most, help, diagnostics);
        }
    }
}

/// Whether a list was too long.
fn cut_list(
    item: &mut Item,
    key: &str,
    most: usize,
    help: &str,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut places: Vec<Span> = match &item.node.value {
        Value::Table(table) => table.values().map(|item| item.key).collect(),
        Value::Array(nodes) => nodes.iter().map(|node| node.span).collect(),
        _ => Vec::new(),
    };
    places.sort_unstable();
    let Some(beyond) = places.get(most) else { return false };
    let message = format!("more than {most} `{key}`");
    diagnostics.push(Diagnostic::new(Code::TooLarge, *beyond, message).help(help));
    item.node.value = Value::Invalid;
    // What stands elsewhere may have been meant by what was taken out.
    diagnostics.note_unread(Unread::Base);
    true
}

/// Some tables have a row for each pledge and each condition.
fn cut_pairs(tree: &mut Table, diagnostics: &mut Diagnostics) {
    let count = |section: &str| match tree.get(section).map(|item| &item.node.value) {
        Some(Value::Table(table)) => table.len(),
        _ => 0,
    };
    let (pledges, conditions) = (count("pledges"), count("conditions"));
    if let Some(item) = tree.get_mut("pledges").filter(|_| pledges * conditions > MOST_PAIRS) {
        let message = format!(
            "{pledges} pledges times {conditions} conditions are more than {MOST_PAIRS} pairs"
        );
        let help = "spread them over several scenarios";
        diagnostics.push(Diagnostic::new(Code::TooLarge, item.key, message).help(help));
        item.node.value = Value::Invalid;
        diagnostics.note_unread(Unread::Base);
    }
}
