//! The engine against an independent brute force, over random small scenarios.
//!
//! `case` is a scenario as plain structs, `generator` makes one from a tape of numbers, `text`
//! writes it as TOML, `brute_force` and `sizes` work every figure out from its definition, and
//! `sums`, `waterfall` and `parts` compare the tables with it, before any number is formatted.

mod brute_force;
mod case;
mod deciding;
mod dependence;
mod diff;
mod generator;
mod oracle;
mod parts;
mod ranges;
mod responses;
mod sizes;
mod stress;
mod sums;
mod sweep;
mod text;
mod waterfall;

use case::{Case, Formula, Stated, What};
use contingent::diagnostic::{Code, Severity};
use contingent::evaluate::{Effort, MaxSize, Parts, SetLimits, Settings};
use contingent::pipeline::{Request, check};
use contingent::report::format::{Spreadsheet, csv};
use contingent::report::provenance::Recipe;
use contingent::report::table::Table;
use contingent::report::tables::{DEFAULT_STEP, Name, table};
use contingent::report::{TableStyle, all_tables, table_files};
use contingent::study::{Beside, Finding, across, find};
use generator::{TAPE, Taste};
use jiff::civil::Date;
use oracle::{Oracle, close, ensure, real, rows};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::path::Path;

/// Everything is listed.
fn everything() -> Settings {
    let sets = SetLimits { max_size: MaxSize::All, top: None, ..SetLimits::default() };
    Settings { top: None, top_forces: None, sets, ..Settings::new(Parts::ALL) }
}

const PLAIN: Taste = Taste { absent: false, readings: true };

const UNSTATED: Taste = Taste { absent: true, readings: true };

/// Runs a check over random scenarios, always the same ones for a seed, and shows the simplest
/// that fails as TOML.
fn for_cases(seed: u8, cases: u32, taste: Taste, check: impl Fn(&Case) -> Result<(), String>) {
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 1500, ..Config::default() };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let tapes = vec(any::<u16>(), TAPE);
    let outcome = TestRunner::new_with_rng(config, random).run(&tapes, |tape| {
        let case = generator::case(&tape, taste);
        check(&case).map_err(|reason| TestCaseError::fail(format!("{reason}\n{}", shown(&case))))
    });
    if let Err(failure) = outcome {
        let reason = failure.to_string();
        panic!("{}", reason.split("minimal failing input").next().unwrap_or_default());
    }
}

/// So many cases, or what the environment asks for.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPERTY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

/// A case as a reader can run it.
fn shown(case: &Case) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = text::write(case, folder.path());
    let given = case.given.as_ref().map(|given| text::formula(case, given));
    let text = std::fs::read_to_string(path).unwrap();
    format!("--given {given:?} --as-of {:?}\n{text}", case.as_of)
}

fn request(case: &Case, path: &Path, settings: &[String]) -> Request {
    Request {
        path: path.to_path_buf(),
        settings: settings.to_vec(),
        as_of: case.as_of.map(|date| date.parse().unwrap()),
        given: case.given.as_ref().map(|given| text::formula(case, given)),
        ..Request::default()
    }
}

/// What the engine finds; nothing where it says that the evidence cannot hold.
fn evaluated(case: &Case, path: &Path, settings: &[String]) -> Result<Option<Finding>, String> {
    evaluated_for(case, path, settings, everything())
}

fn evaluated_for(
    case: &Case,
    path: &Path,
    settings: &[String],
    wanted: Settings,
) -> Result<Option<Finding>, String> {
    let checked = check(&request(case, path, settings)).map_err(|error| error.to_string())?;
    let list = checked.diagnostics.sorted();
    let Some(scenario) = checked.scenario else {
        let errors = list.iter().filter(|problem| problem.severity == Severity::Error);
        let errors: Vec<String> =
            errors.map(|problem| format!("{}: {}", problem.code, problem.message)).collect();
        let impossible = list.iter().any(|problem| problem.code == Code::ImpossibleEvidence);
        ensure(impossible && errors.len() == 1, || errors.join("\n"))?;
        return Ok(None);
    };
    Ok(Some(find(scenario, wanted).map_err(|obstacle| format!("{obstacle:?}"))?))
}

/// Evaluates a case both ways and hands the two on. Where its evidence cannot hold, both must say
/// so.
fn compared(
    case: &Case,
    compare: impl Fn(&Oracle<'_>, &Finding) -> Result<(), String>,
) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = text::write(case, folder.path());
    match (Oracle::new(case), evaluated(case, &path, &[])?) {
        (Some(oracle), Some(finding)) => compare(&oracle, &finding),
        (None, None) => Ok(()),
        (oracle, _) => Err(format!("the evidence can hold: {}", oracle.is_some())),
    }
}

/// Compares one table over random scenarios.
fn for_tables(seed: u8, name: Name, check: impl Fn(&Oracle<'_>, &Table) -> Result<(), String>) {
    for_cases(seed, cases(200), PLAIN, |case| {
        compared(case, |oracle, finding| {
            check(oracle, &table(name, finding, &Beside::default(), DEFAULT_STEP))
        })
    });
}

#[test]
fn worlds_are_the_possible_ones_with_their_probabilities_and_troops() {
    for_tables(1, Name::Worlds, |oracle, table| {
        sums::check_given(oracle.any().case, table)?;
        sums::check_worlds(oracle, table)
    });
}

#[test]
fn streamed_worlds_are_those_of_the_table() {
    for (seed, taste) in [(15, PLAIN), (16, UNSTATED)] {
        for_cases(seed, cases(200), taste, |case| {
            compared(case, |_, finding| crate::stream::compare(finding))
        });
    }
}

#[test]
fn totals_have_the_figures_of_their_definitions() {
    for_tables(2, Name::Totals, sums::check_totals);
}

#[test]
fn distributions_have_every_atom_and_tail() {
    for_tables(3, Name::Distribution, sums::check_distribution);
}

#[test]
fn requirements_are_met_as_often_as_the_worlds_say() {
    for_tables(4, Name::Requirements, sums::check_requirements);
}

#[test]
fn the_posture_has_headline_counted_and_mean_of_every_cell() {
    for_tables(5, Name::Posture, sums::check_posture);
}

#[test]
fn outcomes_are_the_distinct_forces_and_what_brings_them_about() {
    for_tables(6, Name::Outcomes, parts::check_outcomes);
}

#[test]
fn conditions_are_as_likely_as_the_worlds_where_they_hold() {
    for_tables(7, Name::Conditions, parts::check_conditions);
}

#[test]
fn gates_are_needed_alternative_or_contested_by_the_possible_worlds() {
    for_tables(8, Name::Gates, parts::check_gates);
}

#[test]
fn sets_that_are_enough_are_those_of_all_worlds() {
    for_tables(17, Name::Unlock, |oracle, table| deciding::check(oracle, table, true));
}

#[test]
fn sets_that_rule_out_are_those_of_all_worlds() {
    for_tables(18, Name::Block, |oracle, table| deciding::check(oracle, table, false));
}

#[test]
fn sets_of_few_conditions_are_all_of_that_size() {
    for (seed, most) in [(31, 1), (32, 2), (33, 3), (34, 4)] {
        for_cases(seed, cases(150), PLAIN, |case| {
            let folder = tempfile::tempdir().unwrap();
            let max_size = MaxSize::AtMost(most);
            let sets = SetLimits { max_size, top: None, ..SetLimits::default() };
            let settings = Settings { sets, ..everything() };
            let path = text::write(case, folder.path());
            let found = evaluated_for(case, &path, &[], settings)?;
            let (Some(oracle), Some(found)) = (Oracle::new(case), found) else { return Ok(()) };
            let table = |name| table(name, &found, &Beside::default(), DEFAULT_STEP);
            deciding::check_up_to(&oracle, &table(Name::Unlock), true, most as usize)?;
            deciding::check_up_to(&oracle, &table(Name::Block), false, most as usize)
        });
    }
}

#[test]
fn the_ledger_has_what_is_known_with_its_size_and_probability() {
    for_tables(9, Name::Ledger, parts::check_ledger);
}

#[test]
fn the_waterfall_falls_world_by_world_and_its_steps_sum_to_the_last_digit() {
    for_tables(17, Name::Waterfall, waterfall::check_waterfall);
}

#[test]
fn conditions_are_watched_for_what_knowing_them_moves() {
    for_tables(17, Name::Conditions, responses::check_watch_list);
}

#[test]
fn drivers_are_what_a_rewritten_scenario_gives() {
    for_tables(18, Name::Drivers, responses::check_drivers);
    for_cases(19, cases(100), UNSTATED, |case| {
        compared(case, |oracle, finding| {
            let table = |name| table(name, finding, &Beside::default(), DEFAULT_STEP);
            responses::check_drivers(oracle, &table(Name::Drivers))?;
            responses::check_watch_list(oracle, &table(Name::Conditions))
        })
    });
}

#[test]
fn the_worst_case_is_the_worst_of_all_sets() {
    let parts = Parts { totals: true, ..Parts::NONE };
    let named = std::cell::Cell::new([0; 2]);
    for_cases(31, cases(60), PLAIN, |case| {
        let folder = tempfile::tempdir().unwrap();
        let path = text::write(case, folder.path());
        let Some(finding) = evaluated_for(case, &path, &[], Settings::new(parts))? else {
            return Ok(());
        };
        let stress = contingent::study::stress::stress(&finding.scenario, Effort::default());
        let beside = Beside { stress: stress.unwrap(), ..Beside::default() };
        let [one, more] = stress::check(case, &table(Name::Stress, &finding, &beside, 500))?;
        let [all, several] = named.get();
        named.set([all + one, several + more]);
        Ok(())
    });
    let [all, several] = named.get();
    assert!(
        all > 200 && several > 50,
        "only {all} rows name a set, {several} more than one failure"
    );
}

#[test]
fn ranges_are_those_over_every_corner() {
    let parts = Parts { totals: true, requirements: true, ranges: true, ..Parts::NONE };
    let found = std::cell::Cell::new((0, 0));
    for (seed, taste) in [(24, PLAIN), (25, UNSTATED)] {
        for_cases(seed, cases(120), taste, |case| {
            let (folder, case) =
                (tempfile::tempdir().unwrap(), ranges::widened(case, ranges::MOST_CORNERS));
            let path = text::write(&case, folder.path());
            let Some(finding) = evaluated_for(&case, &path, &[], Settings::new(parts))? else {
                return Ok(());
            };
            let table = |name| table(name, &finding, &Beside::default(), DEFAULT_STEP);
            let (requirements, totals) = (table(Name::Requirements), table(Name::Totals));
            let (sharp, all) = ranges::check(&case, &requirements, &totals)?;
            found.set((found.get().0 + sharp, found.get().1 + all));
            Ok(())
        });
    }
    let (sharp, all) = found.get();
    assert!(sharp * 100 >= all * 99, "only {sharp} of {all} ranges are sharp");
}

#[test]
fn under_any_dependence_it_is_between_the_corners_of_all_distributions() {
    let parts = Parts { requirements: true, ranges: true, ..Parts::NONE };
    let compared = std::cell::Cell::new(0);
    for (seed, taste) in [(28, PLAIN), (29, UNSTATED)] {
        for_cases(seed, cases(150), taste, |case| {
            let folder = tempfile::tempdir().unwrap();
            let path = text::write(case, folder.path());
            let Some(finding) = evaluated_for(case, &path, &[], Settings::new(parts))? else {
                return Ok(());
            };
            let found = table(Name::Requirements, &finding, &Beside::default(), DEFAULT_STEP);
            compared.set(compared.get() + dependence::check(case, &found)?);
            Ok(())
        });
    }
    assert!(compared.get() >= 30, "only {} were compared", compared.get());
}

#[test]
fn ranges_of_drivers_are_those_over_every_corner() {
    let parts = Parts { responses: true, ranges: true, ..Parts::NONE };
    let found = std::cell::Cell::new((0, 0));
    for (seed, taste) in [(26, PLAIN), (27, UNSTATED)] {
        for_cases(seed, cases(25), taste, |case| {
            let folder = tempfile::tempdir().unwrap();
            let case = ranges::widened(case, ranges::FEWER_CORNERS);
            let path = text::write(&case, folder.path());
            let Some(finding) = evaluated_for(&case, &path, &[], Settings::new(parts))? else {
                return Ok(());
            };
            let drivers = table(Name::Drivers, &finding, &Beside::default(), DEFAULT_STEP);
            let (sharp, all) = ranges::check_drivers(&case, &drivers)?;
            found.set((found.get().0 + sharp, found.get().1 + all));
            Ok(())
        });
    }
    let (sharp, all) = found.get();
    assert!(sharp * 100 >= all * 80, "only {sharp} of {all} rows are sharp");
}

/// `--set` for an option of an assumption.
fn setting(case: &Case, assumption: usize, option: usize) -> String {
    let assumption = &case.assumptions[assumption];
    format!("assumptions.{}.chosen=\"{}\"", assumption.id, assumption.options[option].0)
}

/// Tables whose figures two findings share, as CSV without the columns that tell runs apart.
fn same_figures(one: &Finding, other: &Finding, names: &[Name]) -> Result<(), String> {
    let shown = |finding: &Finding, name: Name| {
        let mut table = table(name, finding, &Beside::default(), DEFAULT_STEP);
        for row in &mut table.rows {
            row.drain(..4);
        }
        table.columns.drain(..4);
        String::from_utf8(csv(&table, Spreadsheet::Plain)).unwrap()
    };
    names.iter().try_for_each(|name| {
        let (one, other) = (shown(one, *name), shown(other, *name));
        ensure(one == other, || format!("{name:?}:\n{one}\nis not\n{other}"))
    })
}

#[test]
fn what_is_known_to_have_happened_is_as_if_it_were_taken_as_given() {
    let names = [Name::Totals, Name::Requirements, Name::Outcomes, Name::Posture, Name::Worlds];
    for_cases(24, cases(60), PLAIN, |case| {
        let folder = tempfile::tempdir().unwrap();
        let mut given = Case { given: None, ..case.clone() };
        let path = text::write(&given, folder.path());
        for (at, id, condition) in case.conditions() {
            let option = condition.options() - 1;
            let value = match condition.outcomes.get(option) {
                Some(outcome) => format!("\"{outcome}\""),
                None => "true".to_owned(),
            };
            let known = evaluated(&given, &path, &[format!("conditions.{id}.holds={value}")])?;
            let plain = condition.outcomes.is_empty();
            let ended = if plain { Formula::Entry(at) } else { Formula::Ends(at, option) };
            given.given = Some(ended);
            let taken = evaluated(&given, &path, &[])?;
            given.given = None;
            match (known, taken) {
                (Some(known), Some(taken)) => same_figures(&known, &taken, &names)?,
                (None, None) => {}
                _ => return Err(format!("{id} can and cannot have ended so")),
            }
        }
        Ok(())
    });
}

#[test]
fn a_pledge_that_has_run_out_counts_as_little_as_one_that_was_withdrawn() {
    // Totals of zero are listed of one that is still in the ledger.
    let names = [Name::Requirements, Name::Outcomes, Name::Worlds];
    for_cases(25, cases(60), PLAIN, |case| {
        let folder = tempfile::tempdir().unwrap();
        let plain = Case { given: None, ..case.clone() };
        let path = text::write(&plain, folder.path());
        let as_of: Date = case.as_of().parse().unwrap();
        let last = as_of.yesterday().unwrap().to_string();
        let begun = |on: Option<&str>| on.is_none_or(|on| on <= last.as_str());
        for (_, id, _) in case.pledges().filter(|(_, _, pledge)| begun(pledge.on)) {
            let set = |value: &str| evaluated(&plain, &path, &[format!("pledges.{id}.{value}")]);
            let expired = set(&format!("expires={last}"))?;
            let withdrawn = set("stage=\"withdrawn\"")?;
            if let (Some(expired), Some(withdrawn)) = (expired, withdrawn) {
                same_figures(&expired, &withdrawn, &names)?;
            }
        }
        Ok(())
    });
}

#[test]
fn a_comparison_is_what_setting_each_option_would_give() {
    for_cases(10, cases(80), PLAIN, |case| {
        compared(case, |oracle, base| {
            let folder = tempfile::tempdir().unwrap();
            let path = text::write(case, folder.path());
            let all: Vec<usize> = (0..base.scenario.assumptions.len()).collect();
            let variants = across(base, &all, everything());
            let comparison = table(
                Name::Comparison,
                base,
                &Beside { variants, ..Beside::default() },
                DEFAULT_STEP,
            );
            for (at, assumption) in case.assumptions.iter().enumerate() {
                for (option, (name, _)) in assumption.options.iter().enumerate() {
                    let mut other = case.clone();
                    other.assumptions[at].chosen = option;
                    let variant = format!("{}={name}", assumption.id);
                    let set = evaluated(case, &path, &[setting(case, at, option)])?;
                    match (Oracle::new(&other), set) {
                        (Some(other), Some(set)) => {
                            sums::check_variant(&other, oracle, &comparison, &variant)?;
                            sums::check_totals(
                                &other,
                                &table(Name::Totals, &set, &Beside::default(), DEFAULT_STEP),
                            )?;
                        }
                        (None, None) => {
                            let rows = rows(&comparison);
                            let mut rows = rows.filter(|row| row.words("variant") == variant);
                            let empty = rows.all(|row| row.words("value").is_empty());
                            ensure(empty, || format!("{variant} cannot be"))?;
                        }
                        _ => return Err(format!("{variant}: the evidence can and cannot hold")),
                    }
                }
            }
            Ok(())
        })
    });
}

/// Every table as files.
fn written(finding: &Finding) -> Vec<(String, Vec<u8>)> {
    let all: Vec<usize> = (0..finding.scenario.assumptions.len()).collect();
    let variants = across(finding, &all, everything());
    let tables = all_tables(finding, &Beside { variants, ..Beside::default() }, DEFAULT_STEP);
    let style = TableStyle { spreadsheet: Spreadsheet::Plain, step: DEFAULT_STEP };
    let files = table_files(finding, &tables, style, &Recipe::default()).into_iter();
    files.map(|file| (file.name.clone(), file.bytes.clone())).collect()
}

/// A case written by a function into a folder that is always called the same.
fn written_as(
    case: &Case,
    write: impl Fn(&Case, &Path) -> std::path::PathBuf,
) -> Result<Vec<(String, Vec<u8>)>, String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("same");
    std::fs::create_dir(&folder).unwrap();
    let finding = evaluated(case, &write(case, &folder), &[])?;
    Ok(finding.map(|finding| written(&finding)).unwrap_or_default())
}

#[test]
fn the_same_scenario_gives_the_same_bytes_in_one_file_or_in_several() {
    for_cases(11, cases(60), PLAIN, |case| {
        let once = written_as(case, text::write)?;
        ensure(once == written_as(case, text::write)?, || "two runs differ".to_owned())?;
        let turned = Case { order: case.order.iter().map(|key| !key).collect(), ..case.clone() };
        ensure(once == written_as(&turned, text::write)?, || "another order differs".to_owned())?;
        for files in [1, 3] {
            let spread = written_as(case, |case, folder| text::write_spread(case, folder, files))?;
            for (one, other) in once.iter().zip(&spread) {
                ensure(one == other, || format!("{} differs over {files} files", one.0))?;
            }
            ensure(once.len() == spread.len(), || "files are missing".to_owned())?;
        }
        Ok(())
    });
}

/// The same case with a probability wherever it is absent.
fn completed(case: &Case) -> Case {
    let mut case = case.clone();
    for entry in &mut case.entries {
        if let What::Condition(condition) = &mut entry.what {
            let clauses = condition.clauses.iter_mut();
            let empty = clauses.filter(|clause| clause.chances.is_empty());
            empty.for_each(|clause| clause.chances.push(Stated::Number(37)));
        }
    }
    case
}

#[test]
fn an_absent_probability_empties_the_figures_that_it_matters_to() {
    for_cases(12, cases(80), UNSTATED, |case| {
        compared(case, |oracle, finding| {
            let table = |name| table(name, finding, &Beside::default(), DEFAULT_STEP);
            sums::check_worlds(oracle, &table(Name::Worlds))?;
            sums::check_totals(oracle, &table(Name::Totals))?;
            sums::check_requirements(oracle, &table(Name::Requirements))?;
            sums::check_posture(oracle, &table(Name::Posture))?;
            waterfall::check_waterfall(oracle, &table(Name::Waterfall))?;
            parts::check_outcomes(oracle, &table(Name::Outcomes))?;
            parts::check_conditions(oracle, &table(Name::Conditions))?;
            parts::check_gates(oracle, &table(Name::Gates))?;
            deciding::check(oracle, &table(Name::Unlock), true)?;
            deciding::check(oracle, &table(Name::Block), false)?;
            parts::check_ledger(oracle, &table(Name::Ledger))
        })
    });
}

#[test]
fn an_absent_probability_leaves_alone_what_does_not_depend_on_it() {
    for_cases(13, cases(150), UNSTATED, |case| {
        let folder = tempfile::tempdir().unwrap();
        let found = evaluated(case, &text::write(case, folder.path()), &[])?;
        let completed = completed(case);
        let twin = evaluated(&completed, &text::write(&completed, folder.path()), &[])?;
        let (Some(found), Some(twin)) = (found, twin) else { return Ok(()) };
        for name in [Name::Totals, Name::Requirements, Name::Conditions, Name::Ledger] {
            let (found, twin) = (
                table(name, &found, &Beside::default(), DEFAULT_STEP),
                table(name, &twin, &Beside::default(), DEFAULT_STEP),
            );
            for row in rows(&found).filter(|row| !sums::depends_on_absent(case, row)) {
                let other = rows(&twin).find(|other| other.key() == row.key()).unwrap();
                let own = |name: &str| !SAYS_WHAT.contains(&name) && !MOVES.contains(&name);
                for column in found.columns.iter().filter(|column| own(&column.name)) {
                    let (left, right) = (row.cell(&column.name), other.cell(&column.name));
                    let same = match (real(left), real(right)) {
                        (Ok(left), Ok(right)) => close(left, right),
                        _ => left == right,
                    };
                    ensure(same, || {
                        format!("{} {}: {left:?}, not {right:?}", found.name, column.name)
                    })?;
                }
            }
        }
        Ok(())
    });
}

/// Columns that repeat what the file says, and the word for a figure, which changes at an edge.
const SAYS_WHAT: [&str; 2] = ["stated", "word"];

/// Columns that say what a condition moves, which may depend on more than the condition.
const MOVES: [&str; 4] = ["troops_if_so", "moves_troops", "met_if_so", "moves_met"];

/// A scenario of which only conditions and pledges matter, evaluated.
fn sketched(given: Option<&str>, entries: &str) -> Finding {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sketch.toml");
    let places = "[nations.GBR]\nname = \"Britain\"\n[basings.ukr]\nname = \"U\"\ntheatre = true\n";
    let head = "[scenario]\ntitle = \"A sketch\"\nas_of = 2026-01-08\n";
    std::fs::write(&path, format!("{head}{places}{entries}")).unwrap();
    let request = Request { path, given: given.map(str::to_owned), ..Request::default() };
    find(check(&request).unwrap().scenario.unwrap(), everything()).unwrap()
}

/// The cells of some columns, row by row.
fn cells(table: &Table, columns: &[&str]) -> Vec<String> {
    let row = |row: oracle::Row<'_>| columns.iter().map(|c| row.words(c)).collect::<Vec<_>>();
    rows(table).map(|found| row(found).join(" | ")).collect()
}

#[test]
fn what_rules_every_force_out_is_named_even_where_no_pledge_mentions_it() {
    let finding = sketched(
        None,
        "[conditions]\nceasefire.probability = 0.3\n\
         vote_a = { requires = \"ceasefire\", probability = 0.5 }\n\
         vote_b = { requires = \"ceasefire\", probability = 0.5 }\n\
         [pledges]\na = { nations = \"GBR\", stage = \"declared\", when = \"vote_a\" }\n\
         b = { nations = \"GBR\", stage = \"declared\", when = \"vote_b\" }\n",
    );
    let outcomes = table(Name::Outcomes, &finding, &Beside::default(), DEFAULT_STEP);
    assert_eq!(cells(&outcomes, &["pledges", "conditions"])[0], " | not ceasefire");
}

#[test]
fn what_brings_a_force_about_is_possible_where_something_is_taken_as_given() {
    for (given, cause) in [("a and not b", "a"), ("b and not a", "b")] {
        let finding = sketched(
            Some(given),
            "[conditions]\na.probability = 0.3\nb.probability = 0.3\n\
             [pledges]\np = { nations = \"GBR\", stage = \"declared\", when = \"a or b\" }\n",
        );
        let outcomes = table(Name::Outcomes, &finding, &Beside::default(), DEFAULT_STEP);
        let found = cells(&outcomes, &["pledges", "conditions"]);
        let impossible = if cause == "a" { "b" } else { "a" };
        let named = found[0].split(" | ").nth(1).unwrap_or_default().split("; ");
        assert!(named.clone().all(|literal| literal != impossible), "{given}: {found:?}");
    }
}

#[test]
fn a_requirement_without_a_floor_has_no_total_that_could_rest_on_an_assumption() {
    let finding = sketched(
        None,
        "[conditions]\na.probability = 0.5\n\
         [pledges]\np = { nations = \"GBR\", stage = \"declared\", domain = \"land\", \
         basing = \"ukr\", size = 10, assumed = { size = \"a guess\" } }\n\
         [requirements]\nr.needs = \"a\"\n",
    );
    let requirements = table(Name::Requirements, &finding, &Beside::default(), DEFAULT_STEP);
    let found = cells(&requirements, &["probability", "from_assumption_share"]);
    assert_eq!(found, ["0.5 | "]);
}

#[test]
fn a_condition_that_only_calls_on_a_promise_is_part_of_no_world() {
    let finding = sketched(
        None,
        "[conditions]\na.probability = 0.25\nattack.text = \"An attack\"\n\
         [pledges]\np = { nations = \"GBR\", kind = \"guarantee\", stage = \"declared\", \
         when = \"a\", called_by = \"attack\" }\n",
    );
    let worlds = table(Name::Worlds, &finding, &Beside::default(), DEFAULT_STEP);
    assert_eq!(cells(&worlds, &["probability", "a"]), ["0.75 | false", "0.25 | true"]);
    assert!(worlds.columns.iter().all(|column| column.name != "attack"));
}

#[test]
fn a_long_distribution_has_steps_with_the_mass_of_each() {
    let finding = sketched(
        None,
        "[pledges]\np = { nations = \"GBR\", stage = \"declared\", domain = \"land\", \
         basing = \"ukr\", size = [150, 549] }\n",
    );
    let distribution = table(Name::Distribution, &finding, &Beside::default(), 100);
    let steps = rows(&distribution).filter(|row| row.words("total") == "in_theatre");
    let steps: Vec<(String, f64, f64)> = steps
        .map(|row| {
            let number = |column| real(row.cell(column)).unwrap().unwrap();
            (row.words("troops"), number("probability"), number("probability_at_least"))
        })
        .collect();
    let expected = [
        ("100", 50, 400),
        ("200", 100, 350),
        ("300", 100, 250),
        ("400", 100, 150),
        ("500", 50, 50),
    ];
    assert_eq!(steps.len(), expected.len(), "{steps:?}");
    for ((start, mass, tail), (troops, within, above)) in steps.iter().zip(expected) {
        assert_eq!(start, troops);
        assert!(close(Some(*mass), Some(f64::from(within) / 400.0)), "{start}: {mass}");
        assert!(close(Some(*tail), Some(f64::from(above) / 400.0)), "{start}: {tail}");
    }
}
