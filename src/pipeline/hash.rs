//! The hash of a scenario: which state of it figures are of.
//!
//! In: a resolved tree, and a date. Out: SHA-256 of all that it says, or of all but what entries are called. Neither depends on
//! how a scenario is spread over files.

use crate::document::{Table, Value};
use crate::merge::LINKS;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// SHA-256 of the merged tree without file links, as of the date: the same for one file and for
/// the same entries spread over several.
pub(super) fn hash(tree: &Table, as_of: Option<Date>) -> String {
    let mut text = String::new();
    for (section, item) in tree {
        match &item.node.value {
            Value::Table(header) if section == "scenario" => {
                let mut header = header.clone();
                header.retain(|key, _| !LINKS.contains(&key.as_str()));
                if let Some((as_of, item)) = as_of.zip(header.get_mut("as_of")) {
                    item.node.value = Value::Date(as_of);
                }
                write_table(&mut text, &header);
            }
            value => {
                let _ = write!(text, "{section:?}:");
                write_value(&mut text, value);
            }
        }
    }
    sha256(text.as_bytes())
}

/// The keys of entries, and of `[scenario]`, that say what something is called, or are remarks.
const NAMES: [&str; 6] = ["label", "name", "note", "publisher", "text", "title"];

/// Takes out what entries are called; options and outcomes, which have names for ids, keep them.
pub(super) fn forget_names(tree: &mut Table) {
    let is_name = |key: &str| NAMES.contains(&key);
    for (section, item) in tree {
        let Value::Table(entries) = &mut item.node.value else { continue };
        if section == "scenario" {
            entries.retain(|key, _| !is_name(key));
            continue;
        }
        for entry in entries.values_mut() {
            if let Value::Table(entry) = &mut entry.node.value {
                entry.retain(|key, _| !is_name(key));
            }
        }
    }
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut shown, byte| {
        let _ = write!(shown, "{byte:02x}");
        shown
    })
}

fn write_table(text: &mut String, table: &Table) {
    text.push('{');
    for (key, item) in table {
        let _ = write!(text, "{key:?}:");
        write_value(text, &item.node.value);
    }
    text.push('}');
}

fn write_value(text: &mut String, value: &Value) {
    let _ = match value {
        Value::String(string) => write!(text, "{string:?},"),
        Value::Number(number) => write!(text, "{number},"),
        Value::Boolean(boolean) => write!(text, "{boolean},"),
        Value::Date(date) => write!(text, "{date},"),
        Value::Invalid => write!(text, "?,"),
        Value::Table(table) => {
            write_table(text, table);
            Ok(())
        }
        Value::Array(nodes) => {
            text.push('[');
            for node in nodes {
                write_value(text, &node.value);
            }
            text.push(']');
            Ok(())
        }
    };
}
