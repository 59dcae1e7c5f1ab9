//! The stage merge: the layers of a scenario become one tree.
//!
//! In: a tree and the `Layer`s to lay over it, the most basic first. Out: one `Table` whose values
//! still know which file they came from. `include` never overrides: the same id twice is an error that shows both places.
//! `extends` overrides entry by entry and key by key; `removed = true` drops an entry. `--set`
//! puts one value at one key, last.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, suggestion};
use crate::document::{Item, Node, Table, Value};
use crate::load::Layer;
use crate::source::Span;

/// Keys of `[scenario]` that speak of files; every file has its own.
pub const LINKS: [&str; 2] = ["include", "extends"];

/// Keys of an entry whose tables are merged key by key instead of replaced.
const MERGED_TABLES: [&str; 2] = ["assumed", "options"];

/// The ways to give a condition its probability: a later layer's one replaces the earlier's, and
/// what was known of how it ends.
pub const CHANCES: [&str; 3] = ["probability", "given", "outcomes"];

/// Says how a condition has ended.
pub const ENDED: &str = "holds";

/// Lays the layers over a tree.
pub fn merge(mut merged: Table, layers: Vec<Layer>, diagnostics: &mut Diagnostics) -> Table {
    for layer in layers {
        match layer {
            Layer::Files(files) => {
                let table = join(files, diagnostics);
                extend(&mut merged, table, diagnostics);
            }
            Layer::Setting { table, value_start } => {
                set(&mut merged, table, value_start, diagnostics);
            }
        }
    }
    merged
}

/// Puts a scenario file and what it includes side by side.
fn join(files: Vec<Table>, diagnostics: &mut Diagnostics) -> Table {
    let mut joined = Table::new();
    for (position, file) in files.into_iter().enumerate() {
        for (section, mut item) in file {
            if let Value::Table(table) = &mut item.node.value
                && section == "scenario"
                && position > 0
            {
                if let Some(link) = table.get("extends") {
                    let message = "`extends` has no effect in an included file";
                    let help = "move it to the scenario that includes this file";
                    diagnostics
                        .push(Diagnostic::new(Code::UnknownKey, link.key, message).help(help));
                }
                table.retain(|key, _| !LINKS.contains(&key.as_str()));
            }
            join_section(&mut joined, section, item, diagnostics);
        }
    }
    joined
}

fn join_section(joined: &mut Table, section: String, item: Item, diagnostics: &mut Diagnostics) {
    let Some(present) = joined.get_mut(&section) else {
        joined.insert(section, item);
        return;
    };
    let Value::Table(added) = item.node.value else {
        if !matches!(item.node.value, Value::Invalid) {
            let kind = item.node.value.described();
            let message = format!("`{section}` must be a table, not {kind}");
            let help = format!("begin a table with `[{section}]`");
            diagnostics.push(Diagnostic::new(Code::WrongType, item.node.span, message).help(help));
        }
        return;
    };
    let Value::Table(present) = &mut present.node.value else { return };
    for (id, entry) in added {
        if let Some(first) = present.get(&id) {
            let message = format!("`{id}` is declared twice in the files of one scenario");
            let help = "`include` never overrides; rename one of the two, or use `extends`";
            diagnostics.push(
                Diagnostic::new(Code::DuplicateId, entry.key, message)
                    .label("again")
                    .also(first.key, "first here")
                    .help(help),
            );
        } else {
            present.insert(id, entry);
        }
    }
}

/// Lays one scenario over another.
fn extend(base: &mut Table, over: Table, diagnostics: &mut Diagnostics) {
    for (section, item) in over {
        if !base.contains_key(&section) {
            let node = Node { value: Value::Table(Table::new()), span: item.node.span };
            base.insert(section.clone(), Item { key: item.key, node });
        }
        let Some(present) = base.get_mut(&section) else { continue };
        match (&mut present.node.value, item.node.value) {
            (Value::Table(present), Value::Table(table)) if section == "scenario" => {
                present.extend(table);
            }
            (Value::Table(present), Value::Table(table)) => {
                for (id, entry) in table {
                    extend_entry(present, id, entry, diagnostics);
                }
            }
            (_, other) => present.node = Node { value: other, span: item.node.span },
        }
    }
}

fn extend_entry(section: &mut Table, id: String, entry: Item, diagnostics: &mut Diagnostics) {
    if is_removal(&entry) {
        if section.remove(&id).is_none() {
            let message = format!("`{id}` is removed but nothing declares it");
            let diagnostic = Diagnostic::new(Code::NothingToRemove, entry.key, message);
            let diagnostic = diagnostic.help("remove the entry: there is nothing to take away");
            diagnostics.push(diagnostic.suggest(&id, section.keys().map(String::as_str)));
        }
        return;
    }
    match (section.get_mut(&id).map(|item| &mut item.node.value), entry.node.value) {
        (Some(Value::Table(present)), Value::Table(table)) => {
            outlast_updates(present, &table);
            replace_keys(present, table);
        }
        (_, value) => {
            let node = Node { value, span: entry.node.span };
            section.insert(id, Item { key: entry.key, node });
        }
    }
}

fn is_removal(entry: &Item) -> bool {
    let Value::Table(table) = &entry.node.value else { return false };
    let removed = table.get("removed").map(|item| &item.node.value);
    matches!(removed, Some(Value::Boolean(true)))
}

/// Lays the keys of one entry over those of another. A new value needs a reason of its own: those
/// for what it replaces go with it.
pub(crate) fn replace_keys(present: &mut Table, table: Table) {
    drop_replaced_chances(present, &table);
    forget_reasons(present, &table);
    for (key, item) in table {
        let both = (present.get_mut(&key).map(|item| &mut item.node.value), item.node.value);
        match both {
            (Some(Value::Table(old)), Value::Table(new)) if MERGED_TABLES.contains(&&*key) => {
                old.extend(new);
            }
            (_, value) => {
                let node = Node { value, span: item.node.span };
                present.insert(key, Item { key: item.key, node });
            }
        }
    }
}

/// A condition's new probability replaces whichever way there was to give one.
fn drop_replaced_chances(present: &mut Table, over: &Table) {
    if over.keys().any(|key| is_chance(key)) {
        let outdated = |key: &str| is_chance(key) || key == ENDED;
        present.retain(|key, _| !outdated(key) || over.contains_key(key));
    }
}

fn is_chance(key: &str) -> bool {
    CHANCES.contains(&key)
}

/// Takes the reasons and the evidence from values that `over` replaces.
pub(crate) fn forget_reasons(present: &mut Table, over: &Table) {
    let new_chance = over.keys().any(|key| is_chance(key));
    let replaced = |key: &str| over.contains_key(key) || (new_chance && is_chance(key));
    if let Some(Value::Table(reasons)) = present.get_mut("assumed").map(|item| &mut item.node.value)
    {
        reasons.retain(|key, _| !replaced(key));
    }
    if let Some(Value::Array(claims)) = present.get_mut("evidence").map(|item| &mut item.node.value)
    {
        for claim in claims {
            forget_keys(claim, replaced);
        }
    }
}

/// Keys of an update that say when and on whose word, and are no part of the entry's state.
pub(crate) const CIRCUMSTANCES: [&str; 3] = ["evidence", "on", "sources"];

/// What a layer says of a key outlasts every earlier change of it: the updates of the layer below
/// lose the key. A layer's own updates replace them anyway.
fn outlast_updates(present: &mut Table, over: &Table) {
    let updates = present.get_mut("updates").map(|item| &mut item.node.value);
    let Some(Value::Array(updates)) = updates else { return };
    let is_law = |key: &str| is_chance(key) || key == ENDED;
    let new_law = over.keys().any(|key| is_law(key));
    for update in updates {
        let Value::Table(update) = &mut update.value else { continue };
        forget_reasons(update, over);
        update.retain(|key, item| {
            let replaced = over.get(key).filter(|_| !CIRCUMSTANCES.contains(&key.as_str()));
            match (replaced.map(|item| &item.node.value), &mut item.node.value) {
                (Some(Value::Table(new)), Value::Table(old)) if MERGED_TABLES.contains(&&**key) => {
                    old.retain(|name, _| !new.contains_key(name));
                    !old.is_empty()
                }
                (replaced, _) => replaced.is_none() && !(new_law && is_law(key)),
            }
        });
    }
}

/// Takes the replaced keys out of what a piece of evidence is for. It stays, with its date and its
/// speaker, but as evidence for no value that it did not see.
fn forget_keys(claim: &mut Node, replaced: impl Fn(&str) -> bool) {
    let Value::Table(claim) = &mut claim.value else { return };
    let Some(named) = claim.get_mut("for") else { return };
    let gone = match &mut named.node.value {
        Value::Array(keys) => {
            keys.retain(|key| !as_text(key).is_some_and(&replaced));
            keys.is_empty()
        }
        _ => as_text(&named.node).is_some_and(replaced),
    };
    if gone {
        named.node.value = Value::Array(Vec::new());
    }
}

fn as_text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Puts the value of a setting at its key. `force_size=high` and `ceasefire=0.5` are short for
/// `assumptions.force_size.chosen` and `conditions.ceasefire.probability`.
fn set(merged: &mut Table, setting: Table, value_start: u32, diagnostics: &mut Diagnostics) {
    for (key, item) in setting {
        let mut path = vec![(key, item.key)];
        let mut node = item.node;
        while node.span.start < value_start
            && let Value::Table(table) = node.value
        {
            let Some((key, item)) = table.into_iter().next() else { return };
            path.push((key, item.key));
            node = item.node;
        }
        let path = spelled_out(merged, path);
        if let Some(problem) = misdirected(merged, &path) {
            diagnostics.push(problem);
            continue;
        }
        note_setting(merged, &path, node.span);
        put(merged, &path, node);
    }
}

/// A path of one id is short for the value that an analyst would vary.
fn spelled_out(merged: &Table, path: Vec<(String, Span)>) -> Vec<(String, Span)> {
    let [(id, span)] = path.as_slice() else { return path };
    let declared = |section: &str| ids(merged, section).any(|known| known == id);
    let long = if declared("assumptions") {
        ["assumptions", id, "chosen"]
    } else if declared("conditions") {
        ["conditions", id, "probability"]
    } else {
        return path;
    };
    long.map(|key| (key.to_owned(), *span)).to_vec()
}

/// The sections whose entries have ids.
const SECTIONS: [&str; 8] = [
    "assumptions",
    "basings",
    "conditions",
    "definitions",
    "nations",
    "pledges",
    "requirements",
    "sources",
];

/// A setting changes what is there: its section and its entry must exist.
fn misdirected(merged: &Table, path: &[(String, Span)]) -> Option<Diagnostic> {
    let (first, at) = path.first()?;
    let (last, last_at) = path.last()?;
    if last == "removed"
        || last == "updates"
        || (first == "scenario" && LINKS.contains(&last.as_str()))
    {
        let message = format!("`{last}` cannot be set from the command line");
        let help = "write a small file that `extends` the scenario";
        return Some(Diagnostic::new(Code::UnknownKey, *last_at, message).help(help));
    }
    if first == "scenario" {
        return None;
    }
    if !SECTIONS.contains(&first.as_str()) {
        let message = format!("`{first}` is not a key of the scenario");
        let help = elsewhere(merged, path).or_else(|| {
            let ids = ["assumptions", "conditions"].into_iter().flat_map(|name| ids(merged, name));
            suggestion(first, ids.chain(SECTIONS))
        });
        let help = help.unwrap_or_else(|| "write the key as the file has it".to_owned());
        return Some(Diagnostic::new(Code::UnknownKey, *at, message).help(help));
    }
    let (id, at) = path.get(1)?;
    if ids(merged, first).any(|known| known == id) {
        let whole = path.len() == 2 && first != "definitions";
        let message = format!("`{first}.{id}` is an entry, and a setting sets one key of it");
        let help = format!("name the key: {first}.{id}.KEY=VALUE");
        return whole.then(|| Diagnostic::new(Code::UnknownKey, *at, message).help(help));
    }
    let message = format!("`[{first}]` has no `{id}` to set");
    let help = suggestion(id, ids(merged, first));
    let help = help.unwrap_or_else(|| "declare it in the file first".to_owned());
    Some(Diagnostic::new(Code::UnknownKey, *at, message).help(help))
}

fn ids<'a>(merged: &'a Table, section: &str) -> impl Iterator<Item = &'a str> {
    let table = match merged.get(section).map(|item| &item.node.value) {
        Some(Value::Table(table)) => Some(table),
        _ => None,
    };
    table.into_iter().flat_map(|table| table.keys().map(String::as_str))
}

/// The full key of a setting that leaves its section out.
fn elsewhere(merged: &Table, path: &[(String, Span)]) -> Option<String> {
    let written: Vec<&str> = path.iter().map(|(key, _)| key.as_str()).collect();
    let header = ["as_of", "asked_when", "counts_from", "horizon", "marking", "scale", "title"];
    let section = if header.contains(&written[0]) {
        "scenario"
    } else {
        SECTIONS.into_iter().find(|section| ids(merged, section).any(|id| id == written[0]))?
    };
    Some(format!("write `{section}.{}`", written.join(".")))
}

/// A value of the command line has no source: the entry says so under `assumed`.
fn note_setting(merged: &mut Table, path: &[(String, Span)], span: Span) {
    let [(section, at), (id, _), (key, _), ..] = path else { return };
    let keeps_reasons = ["assumptions", "conditions", "nations", "pledges", "requirements"];
    if !keeps_reasons.contains(&section.as_str()) || key == "assumed" {
        return;
    }
    if let Some(Value::Table(section)) = merged.get_mut(section).map(|item| &mut item.node.value)
        && let Some(Value::Table(entry)) = section.get_mut(id).map(|item| &mut item.node.value)
    {
        let reason = Node { value: Value::String("set on the command line".to_owned()), span };
        let over = Table::from([(key.clone(), Item { key: *at, node: reason.clone() })]);
        drop_replaced_chances(entry, &over);
        forget_reasons(entry, &over);
        outlast_updates(entry, &over);
        let path = [("assumed".to_owned(), *at), (key.clone(), *at)];
        put(entry, &path, reason);
    }
}

fn put(table: &mut Table, path: &[(String, Span)], node: Node) {
    let [(key, span), rest @ ..] = path else { return };
    if rest.is_empty() {
        table.insert(key.clone(), Item { key: *span, node });
        return;
    }
    let item = table.entry(key.clone()).or_insert_with(|| {
        let node = Node { value: Value::Table(Table::new()), span: *span };
        Item { key: *span, node }
    });
    if !matches!(item.node.value, Value::Table(_)) {
        item.node.value = Value::Table(Table::new());
    }
    if let Value::Table(inner) = &mut item.node.value {
        put(inner, rest, node);
    }
}
