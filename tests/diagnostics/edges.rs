//! The last value that is taken and the first that is refused, for every limit of the stage check.

use super::{CONDITION, Case, EVEN, HEAD, OTHER, PLEDGE, case, is_told, with_head};
use contingent::limits::LONGEST_CHAIN;
use contingent::scenario::{Chance, Scenario, Size};
use std::fmt::Write as _;

fn is_clean(rest: &str) -> Scenario {
    let case = case([("case.toml", &with_head(rest))]);
    assert_eq!(case.short(), "", "{rest}");
    case.check().scenario.unwrap()
}

/// The one problem of a scenario, from its severity on.
fn only(case: &Case) -> String {
    let short = case.short();
    let [line] = short.lines().collect::<Vec<_>>()[..] else { panic!("{short}") };
    line.splitn(4, ':').nth(3).unwrap().trim().to_owned()
}

fn only_of(rest: &str) -> String {
    only(&case([("case.toml", &with_head(rest))]))
}

fn size(rest: &str) -> Size {
    is_clean(&format!("{PLEDGE}size = {rest}")).pledges.at(0).size.clone()
}

#[test]
fn sizes_at_their_limits() {
    assert_eq!(size("1_000_000_000"), Size::Fixed(1_000_000_000));
    assert_eq!(size("0"), Size::Fixed(0));
    assert_eq!(size("[5, 5]"), Size::Fixed(5));
    assert_eq!(size("[0, 200_000]"), Size::Uniform(0, 200_000));
    assert_eq!(size("[3, 200_003]"), Size::Uniform(3, 200_003));
    assert_eq!(size("{ low = 2, mode = 2, high = 5 }"), Size::Pert(2, 2, 5));
    assert_eq!(size("{ low = 2, mode = 5, high = 5 }"), Size::Pert(2, 5, 5));
    assert_eq!(size("{ low = 5, mode = 5, high = 5 }"), Size::Fixed(5));
    let whole = "write a whole number without separators, such as 15000, or 15_000";
    for (written, told) in [
        ("1_000_000_001", format!("[size-range]: a size cannot be larger than 1,000,000,000; {whole}")),
        ("-1", format!("[size-range]: a size cannot be negative; {whole}")),
        ("0.5", format!("[size-range]: a size must be a whole number, not 0.5; {whole}")),
        (
            "15.000",
            format!("[size-range]: a size is counted in whole numbers; the point makes this 15; {whole}"),
        ),
        ("[5, 4]", "[size-range]: the size runs from 5 down to 4; write the low end first".into()),
        (
            "[1, 200_002]",
            "[too-large]: the size's range is wider than 200,000; narrow it, or count in a larger unit"
                .into(),
        ),
        (
            "{ low = 3, mode = 2, high = 5 }",
            "[size-range]: the mode 2 is not between 3 and 5; low, mode and high must rise".into(),
        ),
    ] {
        is_told(&format!("{PLEDGE}size = {written}"), &told);
    }
}

/// A total of 900, a share and a reading, each with its reason.
const TOTALS: &str = "\n[assumptions.t]\noptions = { x = 900, y = 600 }\nchosen = \"x\"\nassumed = { options = \"x\" }\n\
    [assumptions.s]\nunit = \"share\"\noptions = { x = 0, y = 1 }\nchosen = \"x\"\nassumed = { options = \"x\" }\n\
    [assumptions.r]\noptions = { x = {}, y = {} }\nchosen = \"x\"\nassumed = { options = \"x\" }\n";
/// The rest of a pledge that has all but a size.
const REST: &str = "nations = \"FRA\"\ndomain = \"land\"\nbasing = \"unstated\"\nstage = \"declared\"\nassumed = { size = \"x\" }\n";

#[test]
fn shares_at_their_limits() {
    let two = |one: &str, other: &str| {
        format!("{PLEDGE}size = {one}\n[pledges.q]\n{REST}size = {other}{TOTALS}")
    };
    let share = |share: &str, of: &str| format!("{{ share = {share}, of = \"{of}\" }}");
    is_clean(&two(&share("0.4", "t"), &share("0.6", "t")));
    is_clean(&two(&share("0", "t"), &share("1", "t")));
    is_clean(&two(&share("\"s\"", "t"), "{ rest = true, of = \"t\" }"));
    let told =
        only(&case([("case.toml", &with_head(&two(&share("0.4", "t"), &share("0.7", "t"))))]));
    assert!(told.contains("the shares of `t` sum to 1.1, more than 1"), "{told}");
    assert!(told.contains("they are 0.1 more than 1"), "{told}");
    let full = case([("case.toml", &with_head(&two(&share("0.4", "t"), &share("0.7", "t"))))]);
    assert_eq!(full.check().diagnostics.sorted()[0].secondary.len(), 1);
    // At its other option the share is the whole total.
    let told = only_of(&two(&share("0.1", "t"), &share("\"s\"", "t")));
    assert!(told.contains("the shares of `t` sum to 1.1, more than 1"), "{told}");
    for (written, told) in [
        (
            share("1.1", "t"),
            "[size-range]: 1.1 is not a share; write a number from 0 to 1, such as 0.6 for 60 percent",
        ),
        (
            share("-0.1", "t"),
            "[size-range]: -0.1 is not a share; write a number from 0 to 1, such as 0.6 for 60 percent",
        ),
        (share("\"t\"", "t"), "[unit-mismatch]: `t` is not a share; its unit must be \"share\""),
        (
            share("0.5", "s"),
            "[unit-mismatch]: `s` is not a total that can be shared out; name an assumption whose options are whole numbers",
        ),
        (
            share("0.5", "r"),
            "[unit-mismatch]: `r` is not a total that can be shared out; name an assumption whose options are whole numbers",
        ),
    ] {
        is_told(&format!("{PLEDGE}size = {written}{TOTALS}"), told);
    }
}

#[test]
fn splits_at_their_limits() {
    let split = |nations: &str, rest: &str| {
        let pledge = PLEDGE.replace("nations = \"FRA\"", &format!("nations = {nations}"));
        pledge.replace("FRA = {}", "FRA = {}\nGBR = {}") + rest
    };
    let parts = |rest: &str| -> Vec<String> {
        let scenario = is_clean(rest);
        scenario.pledges.at(0).nations.iter().map(|member| member.part.to_string()).collect()
    };
    assert_eq!(parts(&split("[\"FRA\"]", "size = 3")), ["1"]);
    assert_eq!(parts(&split("[\"FRA\", \"GBR\"]", "size = \"unknown\"")), ["0", "0"]);
    assert_eq!(parts(&split("[\"FRA\", \"GBR\"]", "")), ["0", "0"]);
    assert_eq!(parts(&split("{ FRA = 1 }", "size = 3")), ["1"]);
    is_told(
        &split("[\"FRA\", \"GBR\"]", "size = 3"),
        "[missing-split]: a joint size needs the part of each nation; write nations = { FRA = ..., GBR = ... }, parts that sum to 1",
    );
    for (gbr, off) in [("0.3", "0.1 short of 1"), ("0.5", "0.1 more than 1")] {
        let short = case([(
            "case.toml",
            &with_head(&split(&format!("{{ FRA = 0.6, GBR = {gbr} }}"), "size = 3")),
        )])
        .short();
        assert!(short.contains(&format!("correct the parts: they are {off}")), "{short}");
    }
    // Several parts are numbers that need a reason, one is none.
    assert_eq!(
        only_of(&split("{ FRA = 0.6, GBR = 0.4 }", "size = 3")),
        "warning[no-evidence]: `nations` of pledge `p` has neither evidence nor a reason; say why under \
         `assumed = { nations = \"...\" }`, or add evidence with `for = \"nations\"`"
    );
}

#[test]
fn pledges_and_units_at_their_limits() {
    for clean in [
        "on = 2026-01-05\nexpires = 2026-01-08\nsize = 3",
        "expires = 2026-01-08\non = 2026-01-08\nreview_by = 2026-01-08",
        "kind = \"monitoring\"",
        "kind = \"monitoring\"\nsize = \"unknown\"",
        "kind = \"monitoring\"\nsize = 3\nunit = \"monitors\"",
        "size = 3\nunit = \"ships\"",
        "size = 3\n[requirements.r]\nfloor = 3\nunit = \"lorries\"\nassumed = { floor = \"x\" }",
    ] {
        is_clean(&format!("{PLEDGE}{clean}"));
    }
    let placeless =
        |rest: &str| PLEDGE.replace("domain = \"land\"\nbasing = \"unstated\"\n", "") + rest;
    is_clean(&placeless("size = \"unknown\""));
    is_clean(&placeless("size = 3\nunit = \"ships\""));
    is_clean(&placeless(""));
    is_told(
        &placeless("size = 3"),
        "[missing-place]: a force with a size needs its domain and its basing; write \"unstated\" where nobody says; it then counts outside the theatre",
    );
    let no_unit = "[unit-mismatch]: only pledges of kind `force` count troops, and this is `monitoring`; add what it counts, such as unit = \"monitors\"";
    is_told(&format!("{PLEDGE}kind = \"monitoring\"\nsize = 3"), no_unit);
    is_told(&format!("{PLEDGE}kind = \"monitoring\"\nsize = 3\nunit = \"troops\""), no_unit);
    is_told(
        &format!("{PLEDGE}unit = \"ships\"\nsize = {{ share = 0.5, of = \"t\" }}{TOTALS}"),
        "[unit-mismatch]: a share of troops cannot be counted in ships; remove `unit`; a share has the unit of its total",
    );
    // A unit that some pledge has is none of another's slips.
    is_clean(&format!(
        "{PLEDGE}size = 3\nunit = \"tanks\"\n[pledges.q]\n{REST}size = 3\nunit = \"tank\"\n\
         [requirements.r]\nfloor = 3\nunit = \"tank\"\nassumed = {{ floor = \"x\" }}"
    ));
}

#[test]
fn what_is_past_its_date_is_told_the_day_after() {
    for (rest, told) in [
        (
            "expires = 2026-01-07",
            "warning[mandate-expired]: `p` ran out on 2026-01-07 and counts no more",
        ),
        ("review_by = 2026-01-07", "warning[review-due]: `p` was to be reviewed by 2026-01-07"),
    ] {
        let short = only_of(&format!("{PLEDGE}{rest}"));
        assert!(short.starts_with(told), "{short}");
    }
    let condition = |rest: &str| format!("{CONDITION}probability = 0.5\n{rest}");
    is_clean(&condition("review_by = 2026-01-08\nresolves_by = 2026-01-08"));
    is_clean(&condition("review_by = 2026-01-07\nresolves_by = 2026-01-07\nholds = true"));
    let short = only_of(&condition("review_by = 2026-01-07"));
    assert!(
        short.starts_with("warning[review-due]: `a` was to be reviewed by 2026-01-07"),
        "{short}"
    );
    let short = only_of(&condition("resolves_by = 2026-01-07\nreview_by = 2026-01-07"));
    assert!(short.contains("write an update with `holds = true` or `holds = false`"), "{short}");
    let short = only_of(&format!("{CONDITION}{EVEN}\nresolves_by = 2026-01-07"));
    assert!(short.contains("write an update with `holds = \"...\"`"), "{short}");
}

#[test]
fn the_head_and_nations_at_their_limits() {
    let head = |rest: &str| case([("case.toml", &format!("{HEAD}{rest}\n"))]);
    assert_eq!(head("horizon = 2026-01-08").short(), "");
    assert!(
        only(&head("horizon = 2026-01-07")).starts_with(
            "error[dates-out-of-order]: the horizon 2026-01-07 lies before 2026-01-08"
        )
    );
    assert_eq!(head("counts_from = \"deployed\"").short(), "");
    assert!(
        only(&head("counts_from = \"refused\""))
            .starts_with("error[unknown-word]: nothing counts from `refused` on")
    );
    let told = "is not an ISO 3166-1 alpha-3 code; write three capital letters such as `FRA`, or add kind = \"bloc\"";
    is_clean("[nations]\nEurope = { kind = \"bloc\" }\nFRA = { kind = \"state\" }\n");
    is_clean(
        "[nations]\nFRA = { pool = 9, rotation = 1, assumed = { pool = \"x\", rotation = \"x\" } }",
    );
    for id in ["FRAN", "Fra", "FR", "F1A"] {
        is_told(&format!("[nations]\n{id} = {{}}"), &format!("[bad-id]: `{id}` {told}"));
        is_told(
            &format!("[nations]\n{id} = {{ kind = \"state\" }}"),
            &format!("[bad-id]: `{id}` {told}"),
        );
    }
    for grade in ["A", "F"] {
        let scenario = is_clean(&format!(
            "[sources.s]\nreliability = \"{grade}\"\n[conditions.a]\nprobability = 0.5\nsources = [\"s\"]\nassumed = {{ probability = \"x\" }}"
        ));
        assert_eq!(scenario.sources.at(0).reliability, grade.chars().next());
    }
}

#[test]
fn percentages_are_told_as_probabilities() {
    let advice = |number: &str| {
        let told = only_of(&format!("{CONDITION}probability = {number}"));
        told.split_once("; ").unwrap().1.to_owned()
    };
    let plain = "write a number from 0 to 1, such as 0.4 for 40 percent";
    assert_eq!(advice("40"), "write a number from 0 to 1; 40 percent is 0.4");
    assert_eq!(advice("2"), "write a number from 0 to 1; 2 percent is 0.02");
    assert_eq!(advice("100"), "write a number from 0 to 1; 100 percent is 1");
    for number in ["101", "1.9", "-40"] {
        assert_eq!(advice(number), plain, "{number}");
    }
    assert_eq!(advice("\"40 %\""), "write 0.4, a number from 0 to 1 without quotes");
}

/// The chances of the condition `a`.
fn chances(rest: &str) -> Vec<Chance> {
    let scenario = is_clean(&format!("{CONDITION}{rest}"));
    scenario.conditions.at(0).clauses[0].chances.clone().unwrap()
}

fn near(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-12, "{left} is not {right}");
}

#[test]
fn probabilities_at_their_limits() {
    for (written, low, high) in
        [("0", 0.0, 0.0), ("1", 1.0, 1.0), ("[0.3, 0.3]", 0.3, 0.3), ("[0, 1]", 0.0, 1.0)]
    {
        let own = &chances(&format!("probability = {written}"))[0];
        near(own.low, low);
        near(own.high, high);
    }
    let own = &chances("probability = \"likely\"")[0];
    near(own.low, 0.55);
    near(own.high, 0.8);
    for (share, rest) in [own.low, own.central, own.high].into_iter().zip(own.rest) {
        near(share + rest, 1.0);
    }
}

#[test]
fn outcomes_at_their_limits() {
    let points = |table: &str| -> Vec<f64> {
        let chances = chances(&format!("outcomes = {{ {table} }}"));
        chances.iter().map(|chance| chance.central).collect()
    };
    // The low ends sum to one, or the high ends do: nothing is left to choose.
    for (table, expected) in [
        ("x = [0.4, 0.5], y = 0.6", [0.4, 0.6]),
        ("x = [0.3, 0.4], y = 0.6", [0.4, 0.6]),
        ("x = [0.1, 0.5], y = [0.2, 0.7]", [3.7 / 9.0, 5.3 / 9.0]),
        ("x = [0.1, 0.3], y = [0.6, 1]", [0.2, 0.8]),
    ] {
        points(table).into_iter().zip(expected).for_each(|(own, point)| near(own, point));
    }
    let thirds = points("x = 0.3333333333, y = 0.3333333333, z = 0.3333333333");
    assert!((thirds.iter().sum::<f64>() - 1.0).abs() < 1e-15, "{thirds:?}");
    for (table, told) in [
        (
            "x = 0.4, y = 0.5",
            "sum to 0.9, not to 1; they are 0.1 short of 1; correct them, or add the outcome that is missing",
        ),
        ("x = 0.6, y = 0.5", "sum to 1.1, not to 1; they are 0.1 more than 1; correct them"),
        (
            "x = [0.6, 0.7], y = [0.5, 0.6]",
            "sum to 1.1 to 1.3, not to 1; correct them: one of the outcomes happens, and only one",
        ),
        (
            "x = [0.2, 0.4], y = [0.2, 0.5]",
            "sum to 0.4 to 0.9, not to 1; correct them: one of the outcomes happens, and only one",
        ),
    ] {
        is_told(
            &format!("{CONDITION}outcomes = {{ {table} }}"),
            &format!("[probability-sum]: the outcomes' probabilities {told}"),
        );
    }
}

#[test]
fn clauses_at_their_limits() {
    is_clean(&format!("{CONDITION}given = [{{ when = \"b\" }}, {{ probability = 0.4 }}]{OTHER}"));
    is_clean(&format!(
        "{CONDITION}given = [{{ when = \"b\", {EVEN} }}, {{ outcomes = {{ x = 1 , y = 0 }} }}]{OTHER}"
    ));
    is_told(
        &format!("{CONDITION}given = [{{ when = \"b\", probability = 0.3 }}, {{ {EVEN} }}]{OTHER}"),
        "[missing-key]: this clause gives the outcomes no probabilities; every clause of a condition with outcomes has `outcomes`",
    );
    is_told(
        &format!("{CONDITION}outcomes = {{}}\notherwise = \"x\""),
        "[missing-key]: `outcomes` names no outcome; name at least two: outcomes = { signed = 0.4, unsigned = 0.6 }",
    );
    is_told(
        &format!("{CONDITION}probability = 0.4\notherwise = \"x\""),
        "[conflicting-keys]: `a` has no outcomes, so `otherwise` means nothing; remove `otherwise`: where `requires` fails, the condition fails",
    );
}

#[test]
fn counts_at_their_limits() {
    let count = |formula: &str| {
        format!("{CONDITION}probability = 0.5{OTHER}[definitions]\nd = \"{formula}\"")
    };
    for formula in
        ["at_least(2, a, b)", "at_least(0, a, b)", "at_most(2, a, b)", "exactly(2, a, b)"]
    {
        is_clean(&count(formula));
    }
    for (formula, told) in [
        ("at_least(3, a, b)", "at_least 3 never holds"),
        ("exactly(3, a, b)", "exactly 3 never holds"),
        ("at_most(3, a, b)", "at_most 3 always holds"),
    ] {
        is_told(
            &count(formula),
            &format!("[bad-count]: 2 are listed, so {told}; write a number from 0 to 2"),
        );
    }
}

#[test]
fn chains_and_circles_of_formulas_at_their_limits() {
    let chain = |links: usize, rising: bool| {
        let mut text = String::from("[definitions]\n");
        for at in 0..links {
            let (from, to) = if rising { (at, at + 1) } else { (links - at, links - at - 1) };
            writeln!(text, "d{from:04} = \"d{to:04}\"").unwrap();
        }
        text + &format!("d{:04} = \"true\"", if rising { links } else { 0 })
    };
    for rising in [true, false] {
        is_clean(&chain(LONGEST_CHAIN - 1, rising));
        is_told(
            &chain(LONGEST_CHAIN, rising),
            "[too-large]: more than 500 formulas depend on one another; write the chain as fewer, longer formulas",
        );
    }
    // A circle that the first of several names leads past.
    is_told(
        &format!(
            "{CONDITION}probability = 0.5\n[definitions]\nx = \"a and y\"\ny = \"a and z\"\nz = \"a or x\""
        ),
        "[cycle]: `x` depends on itself, through `y` and `z`; remove one of these links",
    );
    is_told(
        "[definitions]\nx = \"y\"\ny = \"x\"",
        "[cycle]: `x` depends on itself, through `y`; remove one of these links",
    );
}

#[test]
fn quotes_speakers_and_grounds_at_their_limits() {
    let said = |evidence: &str| {
        format!(
            "[sources.s]\n[nations]\nGBR = {{}}\n{CONDITION}probability = 0.5\nevidence = [{{ source = \"s\", {evidence} }}]"
        )
    };
    let speaker = |by: &str| {
        let scenario = is_clean(&said(&format!("by = \"{by}\"")));
        scenario.conditions.at(0).basis.claims[0].speaker
    };
    assert_eq!(speaker("GBR: Starmer"), Some(0));
    assert_eq!(speaker("GBR"), Some(0));
    for stranger in
        ["BBC: reporter", "GRB", "gbr: Starmer", "GBRA: Starmer", "GB: Starmer", "a reporter"]
    {
        assert_eq!(speaker(stranger), None, "{stranger}");
    }
    is_told(
        &said("by = \"GRB: Starmer\""),
        "[unknown-nation]: no nation is called `GRB`; did you mean `GBR`?",
    );
    is_clean(&said("quote = \"one two three four five six seven eight\""));
    let short = only_of(&said("quote = \"one two three four five six seven eight nine\""));
    assert!(short.contains("the quote has 9 words; quote 8 words at most"), "{short}");
    is_clean(&said("credibility = 1"));
    is_clean(&said("credibility = 6"));
    for digit in ["0", "7", "1.5", "300"] {
        let short = only_of(&said(&format!("credibility = {digit}")));
        assert!(
            short.contains("is not a credibility; write 1 (confirmed) to 5 (improbable)"),
            "{short}"
        );
    }
}

#[test]
fn a_pledge_without_grounds_is_told_once() {
    let bare = PLEDGE.replace("assumed = { size = \"x\" }\n", "");
    let nothing = "warning[no-evidence]: pledge `p` has neither evidence nor a reason; add `evidence = [{ source = ..., quote = ... }]`, or say under `assumed` why";
    let size = "warning[no-evidence]: `size` of pledge `p` has neither evidence nor a reason; say why under `assumed = { size = \"...\" }`, or add evidence with `for = \"size\"`";
    assert_eq!(only_of(&bare), nothing);
    assert_eq!(only_of(&format!("{bare}size = \"unknown\"")), nothing);
    assert_eq!(only_of(&format!("{bare}size = 3")), size);
    assert_eq!(only_of(&format!("{bare}size = 3\nsources = [\"s\"]\n[sources.s]")), size);
    assert_eq!(only_of(&format!("{bare}size = {{ share = 0.5, of = \"t\" }}{TOTALS}")), size);
    // What is left of a total, and a share that an assumption states, are no numbers of the pledge.
    assert_eq!(only_of(&format!("{bare}size = {{ rest = true, of = \"t\" }}{TOTALS}")), nothing);
    assert_eq!(only_of(&format!("{bare}size = {{ share = \"s\", of = \"t\" }}{TOTALS}")), nothing);
    is_clean(&format!("{bare}assumed = {{ stage = \"x\" }}"));
    is_clean(&format!("{bare}sources = [\"s\"]\n[sources.s]"));
    is_clean(&format!(
        "{bare}size = 3\nevidence = [{{ source = \"s\", for = \"size\" }}]\n[sources.s]"
    ));
}

#[test]
fn what_a_total_covers_is_told_where_it_is_beside_it() {
    let text = |size: &str, unit: &str, stage: &str, covers: &str| {
        format!(
            "{PLEDGE}size = {{ share = 0.5, of = \"t\" }}\n[pledges.q]\n{}size = {size}\n{unit}\n{}",
            REST.replace("declared", stage),
            TOTALS.replacen("chosen", &format!("covers = {covers}\nchosen"), 1)
        )
    };
    let all = "{ basing = [\"unstated\"], domain = [\"land\"] }";
    let short = only_of(&text("3", "", "declared", all));
    assert!(
        short.starts_with("warning[beside-total]: `q` adds to `t`, which covers it"),
        "{short}"
    );
    for (size, unit, stage, covers) in [
        ("\"unknown\"", "", "declared", all),
        ("3", "unit = \"ships\"", "declared", all),
        ("3", "", "refused", all),
        ("3", "", "declared", "{ basing = [\"unstated\"], domain = [\"air\"] }"),
        ("{ share = 0.2, of = \"t\" }", "", "declared", all),
    ] {
        is_clean(&text(size, unit, stage, covers));
    }
}

#[test]
fn a_quote_is_looked_for_in_the_file_of_its_own_source() {
    let sources =
        "[sources.r]\nfile = \"r.txt\"\n[sources.s]\nfile = \"second.txt\"\n[sources.t]\n";
    let quoted = |r: &str, s: &str| {
        with_head(&format!(
            "{sources}{CONDITION}probability = 0.5\nevidence = [{{ source = \"r\", quote = \"{r}\" }}, \
             {{ source = \"s\", quote = \"{s}\" }}, {{ source = \"t\", quote = \"x\" }}, {{ source = \"s\" }}]"
        ))
    };
    let found = |text: &str, name: &str| {
        let case = case([("case.toml", text), ("r.txt", "first words"), (name, "second words")]);
        let folder = case.folder.path().to_path_buf();
        let case = case.with(|request| request.archive = Some(folder.clone()));
        case.short().replace(&folder.display().to_string(), "ARCHIVE")
    };
    assert_eq!(found(&quoted("first words", "second words"), "second.txt"), "");
    let short = found(&quoted("second words", "second words"), "second.txt");
    assert!(
        short.contains("`r` does not say this in `r.txt`") && short.lines().count() == 1,
        "{short}"
    );
    let short = found(&quoted("first words", "second words"), "secnd.txt");
    assert!(
        short.contains("the archive has no readable file `second.txt`; did you mean `secnd.txt`?"),
        "{short}"
    );
    let outside =
        quoted("first words", "second words").replace("\"second.txt\"", "\"../second.txt\"");
    let short = found(&outside, "second.txt");
    assert!(
        short.contains("the archive has no readable file `../second.txt`; put it into `ARCHIVE`, or correct the name"),
        "{short}"
    );
}
