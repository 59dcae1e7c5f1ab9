//! Ranges of results over ranges of probabilities, worked out by hand.

use super::{cell, checked_with, find, find_with, number, pledge, scenario};
use contingent::compile::compile;
use contingent::evaluate::{Choice, Effort, Parts, Settings};
use contingent::outcomes::Span;
use contingent::report::summary::summary;
use contingent::report::tables;
use contingent::study::{self, Beside, Finding};

/// One pledge of 100 under a formula, more conditions, and 100 as what is required.
fn one(conditions: &str, when: &str) -> String {
    let floor = "[requirements.enough]\nfloor = 100\nbasing = [\"u\"]\n";
    scenario(&[conditions, &pledge("p", when, "100"), floor].concat())
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found} and not {expected}");
}

/// The requirement is met so often, and the mean is 100 times that; both are sharp.
fn spans(finding: &Finding, low: f64, high: f64) {
    let beside = Beside::default();
    let table = |name| tables::table(name, finding, &beside, 500);
    let (requirements, totals) = (table(tables::Name::Requirements), table(tables::Name::Totals));
    near(number(cell(&requirements, 0, "probability_low")), low);
    near(number(cell(&requirements, 0, "probability_high")), high);
    near(number(cell(&totals, 0, "mean_low")) / 100.0, low);
    near(number(cell(&totals, 0, "mean_high")) / 100.0, high);
    for table in [&requirements, &totals] {
        assert_eq!(format!("{:?}", cell(table, 0, "range_is")), "Text(\"sharp\")");
    }
}

#[test]
fn a_single_range_carries_through() {
    let finding = find(&one("c = { probability = [0.2, 0.6] }\n", "a and c"));
    spans(&finding, 0.1, 0.3);
    let told = summary(&finding, &[]);
    assert!(told.contains("met in 20 of 100 (between 10 and 30 over the stated ranges)"), "{told}");
}

#[test]
fn without_ranges_the_range_is_the_point() {
    let finding = find(&one("", "a and b"));
    spans(&finding, 0.125, 0.125);
    assert!(!summary(&finding, &[]).contains("stated ranges"));
}

#[test]
fn what_helps_one_way_and_hurts_another_has_its_extremes_at_different_corners() {
    let conditions = "c = { probability = [0.2, 0.9] }\ne = { probability = [0.3, 0.6] }\n";
    let finding = find(&one(conditions, "c and e or not c and not e"));
    // 0.9 and 0.3: 0.27 + 0.07; 0.2 and 0.3: 0.06 + 0.56. Each alone could have 0.9 * 0.6 + 0.1 * 0.7.
    spans(&finding, 0.34, 0.62);
}

#[test]
fn the_smallest_ranges_keep_their_digits() {
    for (low, high) in [(1e-17, 3e-17), (1e-12, 3e-12), (1e-7, 3e-7)] {
        let stated = format!("c = {{ probability = [{low:.18}, {high:.18}] }}\n");
        let finding = find(&one(&stated, "a and c"));
        let table = tables::table(tables::Name::Requirements, &finding, &Beside::default(), 500);
        for (column, end) in [("probability_low", low), ("probability_high", high)] {
            let found = number(cell(&table, 0, column));
            assert!((found / end - 0.5).abs() < 1e-12, "{column} {found} is not half of {end}");
        }
    }
}

#[test]
fn how_a_condition_ended_has_no_range_where_its_chance_cancels() {
    let known = "[conditions.d]\nrequires = \"b\"\nprobability = [0.2, 0.4]\n\
         [conditions.e]\nrequires = \"b\"\nholds = true\n";
    let finding = find(&one(known, "d and e"));
    spans(&finding, 0.2, 0.4);
    let model = compile(&finding.scenario, &[], &[]).unwrap();
    assert_eq!(model.ranges.iter().map(|own| own.variable).collect::<Vec<_>>(), [2]);
}

#[test]
fn outcomes_share_what_their_ranges_leave() {
    let outcomes = "s = { outcomes = { x = [0.1, 0.5], y = [0.3, 0.6], z = [0.2, 0.4] } }\n";
    // All but y, though the ends of x and z sum to 0.3 and 0.9.
    spans(&find(&one(outcomes, "s.x or s.z")), 0.4, 0.7);
}

#[test]
fn every_clause_has_a_range_of_its_own() {
    let conditions = "c = { probability = [0.2, 0.4] }\n\
         d = { given = [ { when = \"c\", probability = [0.5, 0.8] }, { probability = [0.1, 0.2] } ] }\n";
    // 0.2 * 0.5 + 0.8 * 0.1 and 0.4 * 0.8 + 0.6 * 0.2.
    spans(&find(&one(conditions, "d")), 0.18, 0.44);
}

#[test]
fn an_absent_probability_may_be_anything() {
    let finding = find(&one("c = { text = \"nobody says\" }\n", "a and c"));
    assert_eq!(finding.outcomes.requirements[0].probability, None);
    spans(&finding, 0.0, 0.5);
    let told = summary(&finding, &[]);
    assert!(told.contains("between 0 and 50 of 100 over the stated ranges"), "{told}");
}

#[test]
fn evidence_is_divided_by_at_the_same_corner() {
    let text = one("c = { probability = [0.2, 0.6] }\n", "c");
    let given =
        |formula: &str| find_with(&text, |request| request.given = Some(formula.to_owned()));
    // c / (c + (1 - c) / 2): 0.2 / 0.6 and 0.6 / 0.8.
    spans(&given("c or a"), 1.0 / 3.0, 0.75);
    spans(&given("c"), 1.0, 1.0);
    spans(&given("b"), 0.2, 0.6);
    // How the absent condition ended is known, so its chance cancels.
    let known = "c = { holds = true }\nd = { probability = [0.3, 0.4] }\n";
    spans(&find(&one(known, "c and d")), 0.3, 0.4);
}

#[test]
fn random_sizes_weigh_the_corners() {
    let conditions = "c = { probability = [0.2, 0.6] }\ne = { probability = [0.1, 0.5] }\n";
    let text = scenario(
        &[
            conditions,
            &pledge("p", "c", "[99, 102]"),
            &pledge("q", "e", "1"),
            "[requirements.enough]\nfloor = 101\nbasing = [\"u\"]\n",
        ]
        .concat(),
    );
    // Half of the sizes are enough alone, three quarters with q.
    let span = find(&text).outcomes.requirements[0].span.unwrap();
    assert!(span.sharp);
    near(span.low, 0.2 * (0.5 + 0.25 * 0.1));
    near(span.high, 0.6 * (0.5 + 0.25 * 0.5));
}

#[test]
fn many_random_sizes_are_sharp_where_formulas_show_what_helps() {
    let conditions = "c = { probability = [0.2, 0.9] }\ne = { probability = [0.3, 0.6] }\n";
    let seven = |when: &str| {
        let pledges = (0..7).map(|at| pledge(&format!("p{at}"), when, "[1, 2]"));
        let floor = "[requirements.enough]\nfloor = 14\nbasing = [\"u\"]\n";
        let text = [conditions, &pledges.collect::<String>(), floor].concat();
        find(&scenario(&text)).outcomes.requirements[0].span.unwrap()
    };
    let split = seven("c and e");
    near(split.low, 0.06 / 128.0);
    near(split.high, 0.54 / 128.0);
    assert!(split.sharp);
    let alike = seven("(c and e or not c and not e)");
    assert!(alike.sharp);
    near(alike.high, 0.62 / 128.0);
}

#[test]
fn random_sizes_too_many_to_tell_apart_give_a_bound() {
    let names = ["c1", "c2", "c3", "c4", "c5", "c6", "c7"];
    let conditions =
        names.map(|name| format!("{name} = {{ probability = [0.1, 0.8] }}\n")).concat();
    let pledges = names.map(|name| {
        let when = format!("{name} and a or not {name} and not a");
        pledge(&format!("of_{name}"), &when, "[1, 2]")
    });
    let floor = "[requirements.enough]\nfloor = 14\nbasing = [\"u\"]\n";
    let text = scenario(&[conditions, pledges.concat(), floor.to_owned()].concat());
    let span = find(&text).outcomes.requirements[0].span.unwrap();
    assert!(!span.sharp);
    // Never at the smallest sizes; at the largest where all conditions end as `a` does, which fails: 0.9 each.
    near(span.low, 0.0);
    near(span.high, 0.5 * 0.9_f64.powi(7) + 0.5 * 0.1_f64.powi(7));
}

fn found_with(text: &str, effort: Effort) -> Option<Span> {
    let parts = Parts { requirements: true, ranges: true, ..Parts::NONE };
    let settings = Settings { effort, ..Settings::new(parts) };
    study::find(checked_with(text, |_| ()), settings).unwrap().outcomes.requirements[0].span
}

#[test]
fn where_the_work_does_not_suffice_it_is_a_bound() {
    let names = ["c1", "c2", "c3", "c4", "c5", "c6"];
    let conditions =
        names.map(|name| format!("{name} = {{ probability = [0.1, 0.8] }}\n")).concat();
    let odd = [1, 3, 5].map(|count| format!("exactly({count}, {})", names.join(", ")));
    let text = one(&conditions, &odd.join(" or "));
    // P(odd) = (1 - the product of all 1 - 2p) / 2, where 1 - 2p is from -0.6 to 0.8.
    let (low, high) = ((1.0 - 0.8_f64.powi(6)) / 2.0, 0.5 + 0.3 * 0.8_f64.powi(5));
    let mut bounds = 0;
    for step in 6..26 {
        let effort = Effort { budget: 1 << step, ..Effort::default() };
        let Some(span) = found_with(&text, effort) else { continue };
        if span.sharp {
            near(span.low, low);
            near(span.high, high);
        } else {
            assert!(span.low <= low + 1e-12 && span.high >= high - 1e-12, "{span:?}");
            bounds += 1;
        }
    }
    assert!(bounds > 0);
    assert!(found_with(&text, Effort::default()).unwrap().sharp);
    let sampled = Effort { choice: Choice::Sampled, ..Effort::default() };
    assert_eq!(found_with(&text, sampled), None);
}

#[test]
fn two_outcomes_sum_to_one_where_their_ranges_do_not_mirror_one_another() {
    let outcomes = "s = { outcomes = { x = [0.75, 1.0], y = [0.0, 0.3] } }\n";
    // y is at most what x leaves, 0.25, though its own range goes to 0.3.
    spans(&find(&one(outcomes, "s.x")), 0.75, 1.0);
    spans(&find(&one(outcomes, "a and s.y")), 0.0, 0.125);
}

#[test]
fn outcomes_whose_ranges_miss_one_by_rounding_leave_nothing_below_zero() {
    let above = "s = { outcomes = { x = 0.5000000005, y = 0.5, z = [0, 0.1] } }\n";
    let below = "s = { outcomes = { x = 0.4999999995, y = [0, 0.2], z = [0.1, 0.3] } }\n";
    for (outcomes, chances) in [(above, [0.5, 0.5, 0.0]), (below, [0.5, 0.2, 0.3])] {
        for (name, chance) in ["x", "y", "z"].iter().zip(chances) {
            let found = find(&one(outcomes, &format!("s.{name}")));
            let met = found.outcomes.requirements[0].probability.unwrap();
            assert!(met >= 0.0 && (met - chance).abs() < 1e-9, "{name}: {met}");
            if let Some(span) = found.outcomes.requirements[0].span {
                assert!(span.low >= 0.0 && span.high <= 1.0, "{name}: {span:?}");
            }
        }
        let all = find(&one(outcomes, "s.x or s.y or s.z")).outcomes.requirements[0].probability;
        assert!((all.unwrap() - 1.0).abs() < 1e-15, "{all:?}");
    }
}

/// However the conditions hang together, the requirement is met between so often and so often.
fn anyhow(finding: &Finding, low: f64, high: f64) {
    let found = finding.outcomes.requirements[0].any_dependence.unwrap();
    near(found.0, low);
    near(found.1, high);
}

#[test]
fn however_conditions_hang_together_the_bounds_are_those_of_frechet() {
    let three =
        "c = { probability = 0.9 }\ne = { probability = 0.8 }\nf = { probability = 0.95 }\n";
    anyhow(&find(&one("", "a and b")), 0.0, 0.25);
    anyhow(&find(&one("", "a or b")), 0.5, 0.75);
    anyhow(&find(&one(three, "c and e and f")), 0.65, 0.8);
    anyhow(&find(&one(three, "c or e or f")), 0.95, 1.0);
    // One alone fails at most in 0.1 + 0.2 + 0.05; `e` alone at least where neither other does.
    anyhow(&find(&one(three, "exactly(2, c, e, f)")), 0.05, 0.35);
    let ranged = "c = { probability = [0.7, 0.9] }\n";
    anyhow(&find(&one(ranged, "a and c")), 0.2, 0.5);
    let told = find(&one("", "a and not a"));
    assert_eq!(told.outcomes.requirements[0].any_dependence, Some((0.0, 0.0)));
}

#[test]
fn what_the_file_says_of_dependence_is_kept() {
    let chain = "c = { probability = 0.3 }\n\
         d = { given = [ { when = \"c\", probability = 0.5 }, { probability = 0.1 } ] }\n";
    anyhow(&find(&one(chain, "d")), 0.22, 0.22);
    let required = "c = { probability = 0.3 }\nd = { requires = \"c\", probability = 0.5 }\n";
    anyhow(&find(&one(required, "d")), 0.15, 0.15);
    anyhow(&find(&one(required, "d and a")), 0.0, 0.15);
    // Half of all sizes are enough.
    let text = [required, &pledge("p", "d", "[99, 102]")].concat();
    let floor = "[requirements.enough]\nfloor = 101\nbasing = [\"u\"]\n";
    anyhow(&find(&scenario(&[&text, floor].concat())), 0.075, 0.075);
}

#[test]
fn two_outcomes_bound_one_another_however_they_hang_together() {
    let outcomes = "s = { outcomes = { x = [0.3, 0.5], y = [0.45, 0.7] } }\n";
    // y is at least what x leaves, 0.5, though its own range begins at 0.45.
    anyhow(&find(&one(outcomes, "s.y")), 0.5, 0.7);
    anyhow(&find(&one(outcomes, "s.x")), 0.3, 0.5);
    let fixed = "s = { outcomes = { x = [0.3, 0.5], y = 0.6 } }\n";
    anyhow(&find(&one(fixed, "s.x")), 0.4, 0.4);
}

#[test]
fn what_is_given_is_so_in_every_world_or_there_is_no_such_figure() {
    let text = one("c = { probability = 0.4 }\n", "a and c");
    let given =
        |formula: &str| find_with(&text, |request| request.given = Some(formula.to_owned()));
    anyhow(&given("c"), 0.5, 0.5);
    assert_eq!(given("c or a").outcomes.requirements[0].any_dependence, None);
}
