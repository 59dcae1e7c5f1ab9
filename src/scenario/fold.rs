//! The stage fold: every entry as it stood on a date.
//!
//! In: the merged tree of the files, whose pledges, conditions and assumptions may have `updates`.
//! Out: the same tree with the updates that were known on the date laid over their entries in the
//! order of their own dates, so that what follows reads the file as it would have been written then.
//! Under `updates` the entry keeps those that were laid over it, for what they changed and for
//! their evidence. A pledge or an update is known from its date or from the earliest publication
//! among its sources, whichever is later; a source without a date always counts as published.

use super::reader::{Context, TableReader};
use crate::diagnostic::{Code, Diagnostic, is_slip};
use crate::document::{Item, Node, Table, Value};
use crate::limits::MOST_DATES;
use crate::merge::{self, CIRCUMSTANCES};
use crate::source::Span;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The sections whose entries may have updates.
const SECTIONS: [&str; 3] = ["assumptions", "conditions", "pledges"];

/// Keys of an entry that no update can have, and what to do instead.
const NOT_IN_UPDATES: [(&str, &str); 2] = [
    ("removed", "write what became of it, such as stage = \"withdrawn\""),
    ("updates", "write it as an update of its own"),
];

/// A tree as of a date.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// Every entry as it stood.
    pub tree: Table,
    /// Since when each pledge is known, by its id; it is missing where it always was.
    pub known_from: BTreeMap<String, Date>,
    /// The ids of the sources that updates name, whatever their date.
    pub cited: BTreeSet<String>,
    /// When anything became known, or ran out, up to the date.
    pub dates: BTreeSet<Date>,
    /// The updates that do not apply yet: the path of the entry, and from when they are known.
    pub pending: Vec<(String, Date)>,
    /// The tree with the first so many updates of every entry, where that differs from `tree`: what
    /// else the file says and must be right.
    pub versions: Vec<Table>,
}

/// An update as written.
struct Update {
    on: Date,
    known_from: Date,
    table: Table,
    node: Node,
}

/// Lays over every entry what was known of it by `as_of`; other versions only where they are wanted.
pub fn fold(mut tree: Table, as_of: Date, versions: bool, context: &mut Context<'_>) -> Folded {
    for section in SECTIONS {
        report_undeclared(&mut tree, section, context);
    }
    let published = Published::of(&tree);
    let mut updates = BTreeMap::new();
    for section in SECTIONS {
        for (id, entry) in entries_mut(&mut tree, section) {
            let found = take_updates((section, id), entry, &published, context);
            if !found.is_empty() {
                updates.insert((section, id.clone()), found);
            }
        }
    }
    let mut folded = Folded::default();
    for ((section, id), updates) in &updates {
        for update in updates {
            folded.cited.extend(cited(&update.table).map(str::to_owned));
            folded.dates.insert(update.known_from);
            folded.dates.extend(run_out(&update.table));
            if update.known_from > as_of {
                folded.pending.push((format!("{section}.{id}"), update.known_from));
            }
        }
    }
    for (id, entry) in entries_mut(&mut tree, "pledges") {
        folded.dates.extend(run_out(entry));
        if let Some(date) = published.known_from(entry) {
            folded.dates.insert(date);
            folded.known_from.insert(id.clone(), date);
        }
    }
    folded.dates.retain(|date| *date <= as_of);
    if folded.dates.len() > MOST_DATES {
        report_dates(&tree, context);
        folded.dates.clear();
    }
    let most = updates.values().map(Vec::len).max().unwrap_or(0);
    let known = |update: &Update| update.known_from <= as_of;
    // The last version is the tree itself where everything is known.
    let all = most + usize::from(!updates.values().flatten().all(known));
    for count in 0..if versions { all } else { 0 } {
        folded.versions.push(laid_over(&tree, &updates, |position, _| position < count));
    }
    folded.tree = laid_over(&tree, &updates, |_, update| known(update));
    folded
}

/// Reports that more dates than can be looked at have something that changes.
fn report_dates(tree: &Table, context: &mut Context<'_>) {
    let Some(place) = SECTIONS.iter().rev().find_map(|section| tree.get(*section)) else { return };
    let message = format!("something changes on more than {MOST_DATES} dates");
    let help = "begin a new file with what is known by now";
    context.report(Diagnostic::new(Code::TooLarge, place.key, message).help(help));
}

/// Reports entries that have updates and nothing else, and drops them: a misspelt id. A condition need
/// not say anything at first, so of conditions only what may be a slip is meant.
fn report_undeclared(tree: &mut Table, section: &str, context: &mut Context<'_>) {
    let Some(table) = tree.get_mut(section).and_then(|item| as_table_mut(&mut item.node)) else {
        return;
    };
    let bare = |item: &Item| match &item.node.value {
        Value::Table(entry) => entry.len() == 1 && entry.contains_key("updates"),
        _ => false,
    };
    let whole: Vec<String> =
        table.iter().filter(|(_, item)| !bare(item)).map(|(id, _)| id.clone()).collect();
    let slips = |id: &str| section != "conditions" || whole.iter().any(|known| is_slip(id, known));
    let (stray, declared): (Table, Table) =
        std::mem::take(table).into_iter().partition(|(id, item)| bare(item) && slips(id));
    for (id, item) in stray {
        let message = format!("`{section}.{id}` has updates, and nothing declares it");
        let problem = Diagnostic::new(Code::NothingToUpdate, item.key, message);
        let problem = problem.help("declare it with what it was at first");
        context.report(problem.suggest(&id, declared.keys().map(String::as_str)));
    }
    *table = declared;
}

/// The day after the last one on which a pledge stands, as one state of it says.
fn run_out(table: &Table) -> Option<Date> {
    match table.get("expires")?.node.value {
        Value::Date(last) => last.tomorrow().ok(),
        _ => None,
    }
}

/// The updates of every entry of a section by its id.
type Updates = BTreeMap<(&'static str, String), Vec<Update>>;

/// The tree with some of the updates of each entry laid over it.
fn laid_over(tree: &Table, updates: &Updates, chosen: impl Fn(usize, &Update) -> bool) -> Table {
    let mut tree = tree.clone();
    for ((section, id), updates) in updates {
        let entries = tree.get_mut(*section).and_then(|item| as_table_mut(&mut item.node));
        let entry = entries.and_then(|entries| entries.get_mut(id));
        if let Some(entry) = entry.and_then(|item| as_table_mut(&mut item.node)) {
            let numbered = updates.iter().enumerate();
            let applied = numbered.filter(|(position, update)| chosen(*position, update));
            lay_over(entry, applied.map(|(_, update)| update));
        }
    }
    tree
}

/// Lays updates over an entry, which keeps them under `updates`.
fn lay_over<'a>(entry: &mut Table, updates: impl Iterator<Item = &'a Update>) {
    let mut records: Vec<Node> = Vec::new();
    for update in updates {
        let mut state = update.table.clone();
        state.retain(|key, _| !CIRCUMSTANCES.contains(&key.as_str()));
        for record in records.iter_mut().filter_map(as_table_mut) {
            merge::forget_reasons(record, &state);
        }
        merge::replace_keys(entry, state);
        records.push(update.node.clone());
    }
    if let Some(span) = records.first().map(|record| record.span) {
        let node = Node { value: Value::Array(records), span };
        entry.insert("updates".to_owned(), Item { key: span, node });
    }
}

/// Takes the updates out of an entry, in the order of their dates, and says what is wrong with them.
fn take_updates(
    (section, id): (&str, &str),
    entry: &mut Table,
    published: &Published,
    context: &mut Context<'_>,
) -> Vec<Update> {
    let Some(item) = entry.remove("updates") else { return Vec::new() };
    let Value::Array(nodes) = item.node.value else {
        context.wrong_type("updates", "an array of tables", &item.node);
        return Vec::new();
    };
    let owner = format!("an update of {} `{id}`", section.trim_end_matches('s'));
    let began = own_date(entry);
    let mut updates = Vec::new();
    for node in nodes {
        let Value::Table(table) = &node.value else {
            context.wrong_type("updates", "a table for each update", &node);
            continue;
        };
        let Some(on) = date_of(table, &owner, node.span, context) else { continue };
        if let Some((_, place)) = began.filter(|(began, _)| on.0 < *began) {
            let message = format!("{owner} is dated before what it changes");
            let problem = Diagnostic::new(Code::DatesOutOfOrder, on.1, message);
            let help = "correct one of the two dates";
            context.report(problem.also(place, "begins here").help(help));
        }
        for (key, help) in NOT_IN_UPDATES {
            if let Some(item) = table.get(key) {
                let message = format!("{owner} cannot have `{key}`");
                context.report(Diagnostic::new(Code::UnknownKey, item.key, message).help(help));
            }
        }
        let table = table.clone();
        let known_from = published.known_from(&table).unwrap_or(on.0);
        updates.push(Update { on: on.0, known_from, table, node });
    }
    updates.sort_by_key(|update| update.on);
    updates
}

/// The mandatory date of an update and its place.
fn date_of(
    table: &Table,
    owner: &str,
    span: Span,
    context: &mut Context<'_>,
) -> Option<(Date, Span)> {
    let Some(item) = table.get("on") else {
        let message = format!("{owner} has no `on`");
        let help = "add the date of the change, such as `on = 2026-02-14`";
        context.report(Diagnostic::new(Code::MissingKey, span, message).help(help));
        return None;
    };
    let only = Table::from([("on".to_owned(), item.clone())]);
    let date = TableReader::new(context, only, owner.to_owned()).date("on")?;
    Some((date.value, date.span))
}

/// When each source was published; undated ones are missing.
struct Published(BTreeMap<String, Date>);

impl Published {
    fn of(tree: &Table) -> Self {
        let dated = entries(tree, "sources").filter_map(|(id, source)| {
            let Value::Date(date) = source.get("published")?.node.value else { return None };
            Some((id.clone(), date))
        });
        Self(dated.collect())
    }

    /// From when an entry or an update is known; always where it is none.
    fn known_from(&self, table: &Table) -> Option<Date> {
        let own = own_date(table).map(|(date, _)| date);
        let sources: Option<Vec<Date>> = cited(table).map(|id| self.0.get(id).copied()).collect();
        own.max(sources.and_then(|dates| dates.into_iter().min()))
    }

    fn is_by(&self, source: &str, as_of: Date) -> bool {
        self.0.get(source).is_none_or(|published| *published <= as_of)
    }
}

fn own_date(table: &Table) -> Option<(Date, Span)> {
    match table.get("on").map(|item| &item.node) {
        Some(Node { value: Value::Date(date), span }) => Some((*date, *span)),
        _ => None,
    }
}

/// The sources that an entry or an update names as its own.
fn cited(table: &Table) -> impl Iterator<Item = &str> {
    let plain = nodes(table, "sources").filter_map(as_text);
    plain.chain(nodes(table, "evidence").filter_map(source_of))
}

/// The source of a piece of evidence.
fn source_of(claim: &Node) -> Option<&str> {
    match &claim.value {
        Value::Table(claim) => claim.get("source").and_then(|item| as_text(&item.node)),
        _ => None,
    }
}

/// The nodes of an array, or the only one.
fn nodes<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Node> {
    let node = table.get(key).map(|item| &item.node);
    let (array, single) = match node {
        Some(Node { value: Value::Array(nodes), .. }) => (nodes.as_slice(), None),
        other => ([].as_slice(), other),
    };
    array.iter().chain(single)
}

fn as_text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn as_table_mut(node: &mut Node) -> Option<&mut Table> {
    match &mut node.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

fn entries<'a>(tree: &'a Table, section: &str) -> impl Iterator<Item = (&'a String, &'a Table)> {
    let table = match tree.get(section).map(|item| &item.node.value) {
        Some(Value::Table(table)) => Some(table),
        _ => None,
    };
    table.into_iter().flatten().filter_map(|(id, item)| match &item.node.value {
        Value::Table(entry) => Some((id, entry)),
        _ => None,
    })
}

fn entries_mut<'a>(
    tree: &'a mut Table,
    section: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Table)> {
    let table = tree.get_mut(section).and_then(|item| as_table_mut(&mut item.node));
    table.into_iter().flatten().filter_map(|(id, item)| Some((id, as_table_mut(&mut item.node)?)))
}

/// What of a folded tree was known by a date: the file as it stood then, for whoever wants to tell
/// two states apart. Unknown pledges, evidence published later, and the nations and sources that
/// only these speak of are gone.
pub fn known_by(tree: &Table, known_from: &BTreeMap<String, Date>, as_of: Date) -> Table {
    let is_known = |id: &str| known_from.get(id).is_none_or(|date| *date <= as_of);
    let published = Published::of(tree);
    let named_by = |known: bool| -> BTreeSet<&str> {
        let pledges = entries(tree, "pledges").filter(|(id, _)| is_known(id) == known);
        pledges.flat_map(|(_, pledge)| members(pledge)).collect()
    };
    let (named, announced) = (named_by(true), named_by(false));
    let mut left = tree.clone();
    for (section, item) in &mut left {
        let Some(table) = as_table_mut(&mut item.node) else { continue };
        table.retain(|id, _| match section.as_str() {
            "pledges" => is_known(id),
            "nations" => named.contains(&**id) || !announced.contains(&**id),
            _ => true,
        });
        if section != "sources" {
            for entry in table.values_mut() {
                forget_later(&mut entry.node, &published, as_of);
            }
        }
    }
    let mut spoken_of = BTreeSet::new();
    for (_, item) in left.iter().filter(|(section, _)| *section != "sources") {
        note_cited(&item.node, &mut spoken_of);
    }
    if let Some(sources) = left.get_mut("sources").and_then(|item| as_table_mut(&mut item.node)) {
        sources.retain(|id, _| spoken_of.contains(id));
    }
    left
}

/// The nations of a pledge.
fn members(pledge: &Table) -> Vec<&str> {
    match pledge.get("nations").map(|item| &item.node.value) {
        Some(Value::Table(split)) => split.keys().map(String::as_str).collect(),
        _ => nodes(pledge, "nations").filter_map(as_text).collect(),
    }
}

/// Removes what was published later, wherever it stands.
fn forget_later(node: &mut Node, published: &Published, as_of: Date) {
    match &mut node.value {
        Value::Table(table) => {
            table.retain(|key, item| {
                if let Value::Array(claims) = &mut item.node.value
                    && !claims.is_empty()
                {
                    let source = |claim: &Node| match key.as_str() {
                        "sources" => as_text(claim).map(str::to_owned),
                        "evidence" => source_of(claim).map(str::to_owned),
                        _ => None,
                    };
                    claims
                        .retain(|claim| source(claim).is_none_or(|id| published.is_by(&id, as_of)));
                    if claims.is_empty() {
                        return false;
                    }
                }
                forget_later(&mut item.node, published, as_of);
                true
            });
        }
        Value::Array(nodes) => {
            for node in nodes {
                forget_later(node, published, as_of);
            }
        }
        _ => {}
    }
}

/// Collects the sources that a tree names.
fn note_cited(node: &Node, found: &mut BTreeSet<String>) {
    match &node.value {
        Value::Table(table) => {
            found.extend(cited(table).map(str::to_owned));
            for item in table.values() {
                note_cited(&item.node, found);
            }
        }
        Value::Array(nodes) => {
            for node in nodes {
                note_cited(node, found);
            }
        }
        _ => {}
    }
}
