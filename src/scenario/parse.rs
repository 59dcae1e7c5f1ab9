//! The stage parse: the merged tree becomes a `RawScenario`.
//!
//! In: the layers that `load` read. Out: typed values with their places, plus everything that is
//! wrong with types, keys, formulas and ids. Nothing is resolved here.

use super::formula::{Expression, RESERVED};
use super::raw::{
    Entries, Entry, RawAssumption, RawBasing, RawBasis, RawChange, RawClause, RawCondition,
    RawEvidence, RawFilter, RawHeader, RawHolds, RawNation, RawNations, RawOption, RawOutcomes,
    RawPledge, RawProbability, RawRequirement, RawScenario, RawShare, RawSize, RawSource, Text,
};
use super::reader::{Context, TableReader};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, is_slip};
use crate::document::{Item, Node, Table, Value};
use crate::source::{SourceId, Sources, Span, Spanned};
use std::collections::BTreeMap;

/// Reads the merged tree.
pub fn parse(tree: Table, sources: &Sources, diagnostics: &mut Diagnostics) -> RawScenario {
    let mut context = Context { sources, diagnostics };
    let start = Span::new(SourceId(0), 0..0);
    let mut top = TableReader::new(&mut context, tree, "the file".to_owned());
    top.require(&["scenario"], start);
    let header = top.item("scenario");
    let mut section = |name| top.item(name);
    let [basings, named, nations, assumptions, conditions, definitions, pledges, requirements] = [
        section("basings"),
        section("sources"),
        section("nations"),
        section("assumptions"),
        section("conditions"),
        section("definitions"),
        section("pledges"),
        section("requirements"),
    ];
    top.finish();
    let c = &mut context;
    RawScenario {
        header: parse_header(c, header, start),
        basings: parse_entries(c, basings, ("basing", &[]), parse_basing),
        sources: parse_entries(c, named, ("source", &[]), parse_source),
        nations: parse_entries(c, nations, ("nation", &[]), parse_nation),
        assumptions: parse_entries(
            c,
            assumptions,
            ("assumption", &["options", "chosen"]),
            parse_assumption,
        ),
        conditions: parse_entries(c, conditions, ("condition", &[]), parse_condition),
        definitions: parse_definitions(c, definitions),
        pledges: parse_entries(c, pledges, ("pledge", &["nations", "stage"]), parse_pledge),
        requirements: parse_entries(c, requirements, ("requirement", &[]), parse_requirement),
    }
}

fn parse_header(context: &mut Context<'_>, item: Option<Item>, start: Span) -> RawHeader {
    let span = item.as_ref().map_or(start, |item| item.key);
    let table = item.and_then(|item| as_table(context, "scenario", item.node));
    let readable = table.is_some();
    let owner = "`[scenario]`".to_owned();
    let mut reader = TableReader::new(context, table.unwrap_or_default(), owner);
    if readable {
        reader.require(&["title", "as_of"], span);
    }
    let header = RawHeader {
        span,
        title: reader.text("title"),
        as_of: reader.date("as_of"),
        horizon: reader.date("horizon"),
        asked_when: reader.formula("asked_when"),
        scale: reader.text("scale"),
        counts_from: reader.text("counts_from"),
        marking: reader.text("marking"),
    };
    reader.texts("include");
    reader.text("extends");
    reader.text("note");
    reader.finish();
    header
}

fn as_table(context: &mut Context<'_>, key: &str, node: Node) -> Option<Table> {
    if let Value::Table(table) = node.value {
        return Some(table);
    }
    context.wrong_type(key, "a table", &node);
    None
}

fn parse_entries<T>(
    context: &mut Context<'_>,
    section: Option<Item>,
    (what, mandatory): (&str, &[&'static str]),
    parse_entry: impl Fn(&mut TableReader<'_, '_>) -> T,
) -> Entries<T> {
    let mut entries = Entries::new();
    let name = format!("{what}s");
    let table = section.and_then(|item| as_table(context, &name, item.node)).unwrap_or_default();
    for (id, item) in table {
        check_id(context, &id, item.key);
        // An entry that cannot be read still exists: its id raises no second complaint.
        let table = as_table(context, &id, item.node);
        let readable = table.is_some();
        let owner = format!("{what} `{id}`");
        let mut reader = TableReader::new(context, table.unwrap_or_default(), owner);
        if readable {
            reader.require(mandatory, item.key);
        }
        let value = parse_entry(&mut reader);
        reader.boolean("removed");
        reader.finish();
        entries.insert(id, Entry { id: item.key, value });
    }
    entries
}

/// Ids are plain words in formulas.
fn check_id(context: &mut Context<'_>, id: &str, span: Span) {
    let mut bytes = id.bytes();
    let plain = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !plain {
        let message = format!("`{id}` cannot be an id");
        let help = "use letters, digits and underscores, a letter first";
        context.report(Diagnostic::new(Code::BadId, span, message).help(help));
    } else if RESERVED.contains(&id) {
        let message = format!("`{id}` is a word of the formula language");
        let help = "choose another id";
        context.report(Diagnostic::new(Code::ReservedWord, span, message).help(help));
    }
}

fn parse_definitions(context: &mut Context<'_>, section: Option<Item>) -> Entries<Expression> {
    let mut entries = Entries::new();
    let table = section.and_then(|item| as_table(context, "definitions", item.node));
    for (id, item) in table.unwrap_or_default() {
        check_id(context, &id, item.key);
        let value = context.formula(&id, &item.node);
        entries.insert(id, Entry { id: item.key, value });
    }
    entries
}

fn parse_basis(reader: &mut TableReader<'_, '_>) -> RawBasis {
    let before = reader.context.diagnostics.len();
    let sources = reader.texts("sources");
    let evidence = parse_evidence(reader);
    let assumed = parse_assumed(reader);
    let note = reader.text("note");
    let misspelt = ["sources", "evidence", "assumed"].iter().any(|key| reader.misspells(key));
    let unreadable = misspelt || reader.context.diagnostics.len() > before;
    RawBasis { sources, evidence, assumed, note, changes: Vec::new(), unreadable }
}

/// What an entry rests on whose updates `fold` has laid over it: what they say is read there, and
/// here when, on whose word, and of which keys.
fn parse_updated_basis(reader: &mut TableReader<'_, '_>) -> RawBasis {
    let updates = reader.array("updates").map(|array| array.value).unwrap_or_default();
    let mut basis = parse_basis(reader);
    let before = reader.context.diagnostics.len();
    for node in updates {
        let Value::Table(table) = node.value else { continue };
        let keys = table.keys().filter(|key| !GROUNDS.contains(&key.as_str())).cloned();
        let (keys, assumed) = (keys.collect(), table.contains_key("assumed"));
        let mut update = TableReader::new(reader.context, table, "an update".to_owned());
        let on = update.date("on").map(|date| date.value);
        let (sources, evidence) = (update.texts("sources"), parse_evidence(&mut update));
        basis.changes.extend(on.map(|on| RawChange {
            span: node.span,
            on,
            keys,
            sources,
            evidence,
            assumed,
        }));
    }
    basis.unreadable |= reader.context.diagnostics.len() > before;
    basis
}

/// Keys of an update that are no part of the entry's state.
const GROUNDS: [&str; 5] = ["assumed", "evidence", "note", "on", "sources"];

fn parse_evidence(reader: &mut TableReader<'_, '_>) -> Vec<RawEvidence> {
    let nodes = reader.array("evidence").map(|array| array.value).unwrap_or_default();
    let mut evidence = Vec::new();
    for node in nodes {
        let span = node.span;
        let Some(table) = as_table(reader.context, "evidence", node) else { continue };
        let mut claim = TableReader::new(reader.context, table, "a piece of evidence".to_owned());
        claim.require(&["source"], span);
        let read = RawEvidence {
            span,
            source: claim.text("source"),
            keys: claim.texts("for"),
            by: claim.text("by"),
            quote: claim.text("quote"),
            credibility: claim.number("credibility"),
            stage: claim.text("stage"),
        };
        claim.text("note");
        claim.finish();
        for key in &read.keys {
            reader.speaks_of(key.value.clone(), key.span);
        }
        evidence.push(read);
    }
    evidence
}

fn parse_assumed(reader: &mut TableReader<'_, '_>) -> BTreeMap<String, Text> {
    let table = reader.table("assumed").map(|table| table.value).unwrap_or_default();
    let mut reasons = BTreeMap::new();
    for (key, item) in table {
        reader.speaks_of(key.clone(), item.key);
        if let Some(reason) = reader.context.text(&key, &item.node) {
            reasons.insert(key, reason);
        }
    }
    reasons
}

fn parse_basing(reader: &mut TableReader<'_, '_>) -> RawBasing {
    let basing = RawBasing { name: reader.text("name"), theatre: reader.boolean("theatre") };
    reader.text("note");
    basing
}

fn parse_source(reader: &mut TableReader<'_, '_>) -> RawSource {
    reader.text("note");
    RawSource {
        title: reader.text("title"),
        publisher: reader.text("publisher"),
        published: reader.date("published"),
        reliability: reader.text("reliability"),
        file: reader.text("file"),
        url: reader.text("url"),
        assumed: parse_assumed(reader),
    }
}

fn parse_nation(reader: &mut TableReader<'_, '_>) -> RawNation {
    RawNation {
        name: reader.text("name"),
        kind: reader.text("kind"),
        pool: reader.number("pool"),
        rotation: reader.number("rotation"),
        basis: parse_basis(reader),
    }
}

fn parse_filter(reader: &mut TableReader<'_, '_>) -> RawFilter {
    RawFilter {
        basing: reader.texts("basing"),
        domain: reader.texts("domain"),
        nation: reader.texts("nation"),
    }
}

fn parse_assumption(reader: &mut TableReader<'_, '_>) -> RawAssumption {
    RawAssumption {
        label: reader.text("label"),
        text: reader.text("text"),
        unit: reader.text("unit"),
        covers: parse_covers(reader),
        options: parse_options(reader),
        chosen: reader.text("chosen"),
        basis: parse_updated_basis(reader),
    }
}

fn parse_covers(reader: &mut TableReader<'_, '_>) -> Option<RawFilter> {
    let table = reader.table("covers")?;
    let mut covers = TableReader::new(reader.context, table.value, "`covers`".to_owned());
    let filter = parse_filter(&mut covers);
    covers.finish();
    Some(filter)
}

fn parse_options(reader: &mut TableReader<'_, '_>) -> Option<Spanned<Vec<RawOption>>> {
    let table = reader.table("options")?;
    let mut options = Vec::new();
    for (name, item) in table.value {
        check_id(reader.context, &name, item.key);
        let (value, sources) = match item.node {
            Node { value: Value::Table(inner), .. } => {
                let owner = format!("option `{name}`");
                let mut option = TableReader::new(reader.context, inner, owner);
                let read = (option.number("value"), option.texts("sources"));
                option.text("note");
                option.finish();
                read
            }
            node => (reader.context.number(&name, &node), Vec::new()),
        };
        options.push(RawOption { name: Spanned::new(name, item.key), value, sources });
    }
    Some(Spanned::new(options, table.span))
}

fn parse_condition(reader: &mut TableReader<'_, '_>) -> RawCondition {
    RawCondition {
        label: reader.text("label"),
        text: reader.text("text"),
        probability: parse_probability(reader),
        given: parse_given(reader),
        outcomes: parse_outcomes(reader),
        requires: reader.formula("requires"),
        otherwise: reader.text("otherwise"),
        resolves_by: reader.date("resolves_by"),
        review_by: reader.date("review_by"),
        holds: parse_holds(reader),
        basis: parse_updated_basis(reader),
    }
}

fn parse_probability(reader: &mut TableReader<'_, '_>) -> Option<Spanned<RawProbability>> {
    let node = reader.node("probability")?;
    probability(reader.context, "probability", &node)
}

fn probability(
    context: &mut Context<'_>,
    key: &str,
    node: &Node,
) -> Option<Spanned<RawProbability>> {
    let value = match &node.value {
        Value::String(word) => RawProbability::Word(word.clone()),
        Value::Number(number) => RawProbability::Number(*number),
        Value::Array(ends) if ends.len() == 2 => {
            let low = context.number(key, &ends[0])?;
            let high = context.number(key, &ends[1])?;
            RawProbability::Range(low.value, high.value)
        }
        _ => {
            context.wrong_form(key, "a word, a number or [low, high]", node);
            return None;
        }
    };
    Some(Spanned::new(value, node.span))
}

fn parse_holds(reader: &mut TableReader<'_, '_>) -> Option<Spanned<RawHolds>> {
    let node = reader.node("holds")?;
    let holds = match &node.value {
        Value::Boolean(holds) => RawHolds::Holds(*holds),
        Value::String(outcome) => RawHolds::Outcome(outcome.clone()),
        _ => {
            reader.context.wrong_form("holds", "true, false or the name of an outcome", &node);
            return None;
        }
    };
    Some(Spanned::new(holds, node.span))
}

fn parse_given(reader: &mut TableReader<'_, '_>) -> Option<Spanned<Vec<RawClause>>> {
    let array = reader.array("given")?;
    let mut clauses = Vec::new();
    for node in array.value {
        let span = node.span;
        let Some(table) = as_table(reader.context, "given", node) else { continue };
        let mut clause = TableReader::new(reader.context, table, "a clause of `given`".to_owned());
        clauses.push(RawClause {
            span,
            when: clause.formula("when"),
            probability: parse_probability(&mut clause),
            outcomes: parse_outcomes(&mut clause),
        });
        clause.text("note");
        clause.finish();
    }
    Some(Spanned::new(clauses, array.span))
}

fn parse_outcomes(reader: &mut TableReader<'_, '_>) -> Option<Spanned<RawOutcomes>> {
    let node = reader.node("outcomes")?;
    let span = node.span;
    let mut outcomes: RawOutcomes = Vec::new();
    // Outcomes that cannot be read are none at all, which nobody then misses.
    let Some(table) = as_table(reader.context, "outcomes", node) else {
        return Some(Spanned::new(outcomes, span));
    };
    if table.is_empty() {
        let message = "`outcomes` names no outcome";
        let help = "name at least two: outcomes = { signed = 0.4, unsigned = 0.6 }";
        reader.context.report(Diagnostic::new(Code::MissingKey, span, message).help(help));
    }
    for (name, item) in table {
        check_id(reader.context, &name, item.key);
        let chance = probability(reader.context, &name, &item.node);
        let chance = chance.unwrap_or(Spanned::new(RawProbability::Unreadable, item.node.span));
        outcomes.push((Spanned::new(name, item.key), chance));
    }
    Some(Spanned::new(outcomes, span))
}

fn parse_pledge(reader: &mut TableReader<'_, '_>) -> RawPledge {
    RawPledge {
        label: reader.text("label"),
        nations: parse_nations(reader),
        kind: reader.text("kind"),
        domain: reader.text("domain"),
        basing: reader.text("basing"),
        unit: reader.text("unit"),
        stage: reader.text("stage"),
        on: reader.date("on"),
        review_by: reader.date("review_by"),
        expires: reader.date("expires"),
        when: reader.formula("when"),
        called_by: reader.formula("called_by"),
        size: parse_size(reader),
        claim: reader.text("claim"),
        basis: parse_updated_basis(reader),
    }
}

fn parse_nations(reader: &mut TableReader<'_, '_>) -> Option<RawNations> {
    let node = reader.node("nations")?;
    let context = &mut *reader.context;
    match &node.value {
        Value::String(nation) => Some(RawNations::One(Spanned::new(nation.clone(), node.span))),
        Value::Array(nodes) => {
            let nations = nodes.iter().filter_map(|node| context.text("nations", node)).collect();
            Some(RawNations::Several(Spanned::new(nations, node.span)))
        }
        Value::Table(table) => {
            let parts = table.iter().map(|(nation, item)| {
                let part = context.number(nation, &item.node);
                (Spanned::new(nation.clone(), item.key), part)
            });
            Some(RawNations::Split(Spanned::new(parts.collect(), node.span)))
        }
        _ => {
            context.wrong_form(
                "nations",
                "\"FRA\", [\"FRA\", \"GBR\"] or { FRA = 0.5, GBR = 0.5 }",
                &node,
            );
            None
        }
    }
}

/// What a size may look like, for the message.
const SIZE_FORMS: &str =
    "a number, [low, high], { low, mode, high }, { share, of }, { rest = true, of } or \"unknown\"";

fn parse_size(reader: &mut TableReader<'_, '_>) -> Option<Spanned<RawSize>> {
    let node = reader.node("size")?;
    let context = &mut *reader.context;
    let size = match node.value {
        Value::String(ref word) if word == "unknown" => Some(RawSize::Unknown),
        Value::Number(number) => Some(RawSize::Fixed(Spanned::new(number, node.span))),
        Value::Array(ref ends) if ends.len() == 2 => {
            let (low, high) = (context.number("size", &ends[0]), context.number("size", &ends[1]));
            low.zip(high).map(|(low, high)| RawSize::Range(low, high))
        }
        Value::Table(ref table) => parse_size_table(context, table.clone(), &node),
        Value::String(ref word) if is_slip(word, "unknown") => {
            let message = format!("`size` cannot be `{word}`");
            let problem = Diagnostic::new(Code::UnknownWord, node.span, message);
            context.report(problem.help("did you mean `unknown`?"));
            None
        }
        _ => {
            context.wrong_form("size", SIZE_FORMS, &node);
            None
        }
    };
    size.map(|size| Spanned::new(size, node.span))
}

fn parse_size_table(context: &mut Context<'_>, table: Table, whole: &Node) -> Option<RawSize> {
    let has = |key: &str| table.contains_key(key);
    let forms: [(&str, &[&'static str]); 3] = [
        ("share", &["share", "of"]),
        ("rest", &["rest", "of"]),
        ("mode", &["low", "mode", "high"]),
    ];
    let Some((form, keys)) = forms.into_iter().find(|(form, _)| has(form)) else {
        let message = "this size has none of the forms that a size can have";
        let help = format!("write {SIZE_FORMS}");
        context.report(Diagnostic::new(Code::WrongType, whole.span, message).help(help));
        return None;
    };
    let mut reader = TableReader::new(context, table, "this size".to_owned());
    reader.require(keys, whole.span);
    let size = match form {
        "share" => {
            let share = parse_share(&mut reader);
            let of = reader.text("of");
            share.zip(of).map(|(share, of)| RawSize::Share(share, of))
        }
        "rest" => {
            if let Some(Spanned { value: false, span }) = reader.boolean("rest") {
                let message = "`rest` can only be `true`";
                let help = "write { share = ..., of = ... } where it is not the rest";
                let problem = Diagnostic::new(Code::WrongType, span, message);
                reader.context.report(problem.help(help));
            }
            reader.text("of").map(RawSize::Rest)
        }
        _ => match (reader.number("low"), reader.number("mode"), reader.number("high")) {
            (Some(low), Some(mode), Some(high)) => Some(RawSize::Pert(low, mode, high)),
            _ => None,
        },
    };
    reader.finish();
    size
}

fn parse_share(reader: &mut TableReader<'_, '_>) -> Option<RawShare> {
    let node = reader.node("share")?;
    match node.value {
        Value::String(name) => Some(RawShare::Assumption(Spanned::new(name, node.span))),
        _ => reader.context.number("share", &node).map(RawShare::Number),
    }
}

fn parse_requirement(reader: &mut TableReader<'_, '_>) -> RawRequirement {
    RawRequirement {
        asks: ["floor", "needs"].iter().any(|key| reader.misspells(key)),
        label: reader.text("label"),
        text: reader.text("text"),
        floor: reader.number("floor"),
        unit: reader.text("unit"),
        filter: parse_filter(reader),
        needs: reader.formula("needs"),
        asked_when: reader.formula("asked_when"),
        basis: parse_basis(reader),
    }
}
