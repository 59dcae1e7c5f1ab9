//! A case as TOML: blocks in any order, in one file or spread over several.

use super::case::{
    AS_OF, Assumption, BASINGS, Case, Condition, Formula, NATIONS, Pledge, Relation, Requirement,
    STAGES, Size, Stated, What,
};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Writes a case into a folder as one file.
pub(super) fn write(case: &Case, folder: &Path) -> PathBuf {
    let blocks = shuffled(blocks(case), &case.order);
    let text = header(case, &[]) + &definitions(case) + &blocks.concat();
    save(folder, "scenario.toml", &text)
}

/// Writes a case with its entries over so many included files, from the last block to the first.
pub(super) fn write_spread(case: &Case, folder: &Path, files: usize) -> PathBuf {
    let names: Vec<String> = (0..files).map(|file| format!("part_{file}.toml")).collect();
    let mut texts = vec![String::new(); files];
    texts[0] = definitions(case);
    for (at, block) in blocks(case).iter().rev().enumerate() {
        texts[at % files].push_str(block);
    }
    let full = names.iter().zip(&texts).filter(|(_, text)| !text.trim().is_empty());
    let included: Vec<&str> = full.clone().map(|(name, _)| name.as_str()).rev().collect();
    for (name, text) in full {
        save(folder, name, text);
    }
    save(folder, "scenario.toml", &header(case, &included))
}

fn save(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn shuffled(blocks: Vec<String>, order: &[u16]) -> Vec<String> {
    let key = |at: usize| order.get(at).copied().unwrap_or(0);
    let mut keyed: Vec<(u16, String)> =
        blocks.into_iter().enumerate().map(|(at, block)| (key(at), block)).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, block)| block).collect()
}

fn header(case: &Case, include: &[&str]) -> String {
    let mut text = format!(
        "[scenario]\ntitle = \"Generated\"\nas_of = {AS_OF}\nhorizon = 2026-12-31\nscale = \"{}\"\n",
        case.scale
    );
    if let Some(stage) = case.counts_from {
        let _ = writeln!(text, "counts_from = \"{}\"", STAGES[stage]);
    }
    if let Some(asked) = &case.asked_when {
        let _ = writeln!(text, "asked_when = \"{}\"", formula(case, asked));
    }
    if !include.is_empty() {
        let _ = writeln!(text, "include = [{}]", quoted(include));
    }
    text
}

fn quoted(ids: &[&str]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    quoted.join(", ")
}

fn definitions(case: &Case) -> String {
    let mut text = "[definitions]\n".to_owned();
    for entry in &case.entries {
        if let What::Definition(inner) = &entry.what {
            let _ = writeln!(text, "{} = \"{}\"", entry.id, formula(case, inner));
        }
    }
    text
}

fn blocks(case: &Case) -> Vec<String> {
    let mut blocks = Vec::new();
    for (id, theatre) in BASINGS {
        blocks.push(format!("[basings.{id}]\nname = \"{id}\"\ntheatre = {theatre}\n"));
    }
    for ((id, bloc), pool) in NATIONS.into_iter().zip(&case.pools) {
        let kind = if bloc { "kind = \"bloc\"\n" } else { "" };
        let mut cycle = String::new();
        if let Some((pool, rotation)) = pool {
            let _ = writeln!(cycle, "pool = {pool}");
            if let Some(rotation) = rotation {
                let _ = writeln!(cycle, "rotation = {rotation}");
            }
        }
        blocks.push(format!("[nations.{id}]\nname = \"{id}\"\n{kind}{cycle}"));
    }
    for (at, published) in case.sources.iter().enumerate() {
        let published = published.map(|date| format!("published = {date}\n")).unwrap_or_default();
        blocks.push(format!("[sources.s{at}]\ntitle = \"Report {at}\"\n{published}"));
    }
    blocks.extend(case.assumptions.iter().map(assumption));
    for entry in &case.entries {
        match &entry.what {
            What::Condition(inner) => blocks.push(condition(case, entry.id, inner)),
            What::Pledge(inner) => blocks.push(pledge(case, entry.id, inner)),
            What::Definition(_) => {}
        }
    }
    blocks.extend(case.requirements.iter().map(|inner| requirement(case, inner)));
    blocks
}

fn thousandths(part: u32) -> String {
    format!("{}.{:03}", part / 1000, part % 1000)
}

fn assumption(assumption: &Assumption) -> String {
    let Assumption { id, unit, options, chosen } = assumption;
    let option = |(name, value): &(&str, u32)| match *unit {
        "" => format!("{name} = {{}}"),
        "share" => format!("{name} = {}", thousandths(*value)),
        _ => format!("{name} = {{ value = {value} }}"),
    };
    let written: Vec<String> = options.iter().map(option).collect();
    let unit = if unit.is_empty() { String::new() } else { format!("unit = \"{unit}\"\n") };
    let (options, chosen) = (written.join(", "), options[*chosen].0);
    format!("[assumptions.{id}]\n{unit}options = {{ {options} }}\nchosen = \"{chosen}\"\n")
}

fn stated(stated: Stated) -> String {
    let hundredths = |number: u32| format!("{}.{:02}", number / 100, number % 100);
    match stated {
        Stated::Number(number) => hundredths(number),
        Stated::Word(word, _, _) => format!("\"{word}\""),
        Stated::Range(low, high) => format!("[{}, {}]", hundredths(low), hundredths(high)),
    }
}

fn condition(case: &Case, id: &str, condition: &Condition) -> String {
    let mut text = format!("[conditions.{id}]\ntext = \"It happens\"\n");
    let chances = |chances: &[Stated]| match chances {
        [] => String::new(),
        [only] => format!("probability = {}", stated(*only)),
        all => {
            let pairs = condition.outcomes.iter().zip(all);
            let pairs: Vec<String> =
                pairs.map(|(name, chance)| format!("{name} = {}", stated(*chance))).collect();
            format!("outcomes = {{ {} }}", pairs.join(", "))
        }
    };
    match condition.clauses.as_slice() {
        [only] => {
            let _ = writeln!(text, "{}", chances(&only.chances));
        }
        clauses => {
            text.push_str("given = [\n");
            for clause in clauses {
                let when = clause.when.as_ref().map(|when| formula(case, when));
                let when = when.map(|when| format!("when = \"{when}\", ")).unwrap_or_default();
                let _ = writeln!(text, "  {{ {when}{} }},", chances(&clause.chances));
            }
            text.push_str("]\n");
        }
    }
    if let Some(requires) = &condition.requires {
        let _ = writeln!(text, "requires = \"{}\"", formula(case, requires));
        if let Some(otherwise) = condition.outcomes.get(condition.otherwise) {
            let _ = writeln!(text, "otherwise = \"{otherwise}\"");
        }
    }
    text
}

fn pledge(case: &Case, id: &str, pledge: &Pledge) -> String {
    let mut text = format!("[pledges.{id}]\nstage = \"{}\"\n", STAGES[pledge.stage]);
    let _ = writeln!(text, "nations = {}", nations(pledge));
    let optional = [("kind", pledge.kind, "force"), ("basing", pledge.basing, "")];
    for (key, word, default) in optional {
        if word != default {
            let _ = writeln!(text, "{key} = \"{word}\"");
        }
    }
    let _ = writeln!(text, "domain = \"{}\"\nunit = \"{}\"", pledge.domain, pledge.unit);
    if let Some(on) = pledge.on {
        let _ = writeln!(text, "on = {on}");
    }
    if !pledge.sources.is_empty() {
        let ids: Vec<String> = pledge.sources.iter().map(|at| format!("\"s{at}\"")).collect();
        let _ = writeln!(text, "sources = [{}]", ids.join(", "));
    }
    let _ = writeln!(text, "when = \"{}\"", formula(case, &pledge.when));
    if let Some(called_by) = &pledge.called_by {
        let _ = writeln!(text, "called_by = \"{}\"", formula(case, called_by));
    }
    if let Some(size) = size(case, pledge.size) {
        let _ = writeln!(text, "size = {size}");
        if pledge.size_is_assumed {
            text.push_str("assumed = { size = \"a guess\" }\n");
        }
    }
    text
}

fn nations(pledge: &Pledge) -> String {
    match pledge.nations.as_slice() {
        [(only, _)] => format!("\"{only}\""),
        several if several.iter().all(|(_, part)| *part == 0) => {
            let ids: Vec<&str> = several.iter().map(|(id, _)| *id).collect();
            format!("[{}]", quoted(&ids))
        }
        several => {
            let parts: Vec<String> =
                several.iter().map(|(id, part)| format!("{id} = {}", thousandths(*part))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
    }
}

fn size(case: &Case, size: Size) -> Option<String> {
    let of = size.of().map_or("", |of| case.assumptions[of].id);
    Some(match size {
        Size::Unknown => return None,
        Size::Fixed(size) => format!("{size}"),
        Size::Range(low, high) => format!("[{low}, {high}]"),
        Size::Pert(low, mode, high) => format!("{{ low = {low}, mode = {mode}, high = {high} }}"),
        Size::Share(share, _) => format!("{{ share = {}, of = \"{of}\" }}", thousandths(share)),
        Size::SharedBy(by, _) => {
            format!("{{ share = \"{}\", of = \"{of}\" }}", case.assumptions[by].id)
        }
        Size::Rest(_) => format!("{{ rest = true, of = \"{of}\" }}"),
    })
}

fn requirement(case: &Case, requirement: &Requirement) -> String {
    let mut text = format!("[requirements.{}]\nunit = \"{}\"\n", requirement.id, requirement.unit);
    if let Some(floor) = requirement.floor {
        let _ = writeln!(text, "floor = {floor}");
    }
    let lists = [
        ("basing", &requirement.basings),
        ("domain", &requirement.domains),
        ("nation", &requirement.nations),
    ];
    for (key, ids) in lists {
        if !ids.is_empty() {
            let _ = writeln!(text, "{key} = [{}]", quoted(ids));
        }
    }
    for (key, stated) in [("needs", &requirement.needs), ("asked_when", &requirement.asked_when)] {
        if let Some(stated) = stated {
            let _ = writeln!(text, "{key} = \"{}\"", formula(case, stated));
        }
    }
    text
}

/// A formula with no more parentheses than it needs.
pub(super) fn formula(case: &Case, formula: &Formula) -> String {
    binding(case, formula, 0)
}

/// A formula inside a chain that binds at a level: `or` 0, `and` 1, `not` 2.
fn binding(case: &Case, formula: &Formula, level: u8) -> String {
    let (and, or, not) = if case.symbols { (" & ", " | ", "!") } else { (" and ", " or ", "not ") };
    let chain = |of: &[Formula], joint: &str, own: u8| {
        let parts: Vec<String> = of.iter().map(|part| binding(case, part, own)).collect();
        let joined = parts.join(joint);
        if own < level { format!("({joined})") } else { joined }
    };
    match formula {
        Formula::Constant(value) => value.to_string(),
        Formula::Entry(at) => case.entries[*at].id.to_owned(),
        Formula::Ends(at, outcome) => {
            let entry = &case.entries[*at];
            let outcomes = entry.condition().map_or(&[][..], |condition| &condition.outcomes);
            format!("{}.{}", entry.id, outcomes[*outcome])
        }
        Formula::Reads(at, option) => {
            let assumption = &case.assumptions[*at];
            format!("{}.{}", assumption.id, assumption.options[*option].0)
        }
        Formula::Not(inner) => format!("{not}{}", binding(case, inner, 2)),
        Formula::All(of) => chain(of, and, 1),
        Formula::Any(of) => chain(of, or, 0),
        Formula::Count(relation, count, of) => {
            let name = match relation {
                Relation::AtLeast => "at_least",
                Relation::AtMost => "at_most",
                Relation::Exactly => "exactly",
            };
            let parts: Vec<String> = of.iter().map(|part| binding(case, part, 0)).collect();
            format!("{name}({count}, {})", parts.join(", "))
        }
    }
}
