//! What the model of a scenario is made of, worked out by hand.

use super::{checked_with, pledge, scenario};
use contingent::compile::compile;
use contingent::layout;
use contingent::model::{Model, Node};

fn model(text: &str) -> Model {
    let scenario = checked_with(text, |_| {});
    compile(&scenario, &layout::totals(&scenario), &layout::cells(&scenario)).unwrap()
}

#[test]
fn a_pool_limits_a_nation_only_where_its_pledges_may_exceed_it() {
    for (pool, most) in [(99, Some(99)), (100, None), (101, None)] {
        let text = scenario(&pledge("p", "a", "[20, 60]"))
            .replace("FRA = {}", &format!("FRA = {{ pool = {pool} }}"))
            + &pledge("q", "b", "40");
        let model = model(&text);
        let found: Vec<Option<u64>> = model.contributors.iter().map(|own| own.most).collect();
        assert_eq!(found[0], most, "{pool}");
    }
}

#[test]
fn a_missing_probability_cancels_where_it_is_known_how_the_condition_ended() {
    for (condition, stated, cancels) in [
        ("probability = 0.5", true, false),
        ("", false, false),
        ("holds = true", true, true),
        ("holds = true\nprobability = 0.5", true, false),
        ("given = [{ when = \"a\", probability = 0.5 }, {}]", false, false),
        ("given = [{ when = \"a\", probability = 0.5 }, {}]\nholds = true", false, false),
        ("requires = \"a\"\nholds = false", false, false),
        ("requires = \"a\"\nholds = true", true, true),
    ] {
        let model = model(&scenario(&format!("[conditions.c]\n{condition}\n")));
        let found = &model.variables[2];
        assert_eq!((found.stated, found.cancels), (stated, cancels), "{condition}");
        let ranged = model.ranges.iter().any(|own| own.variable == 2);
        assert_eq!(ranged, !stated, "what is missing may be anything: {condition}");
    }
}

#[test]
fn only_ranges_that_are_wide_are_ranges() {
    let of = |probability: &str| {
        let text = scenario(&format!("[conditions.c]\nprobability = {probability}\n"));
        model(&text).ranges.iter().map(|own| own.ends.clone()).collect::<Vec<_>>()
    };
    assert!(of("0.3").is_empty());
    assert!(of("[0.3, 0.3]").is_empty());
    assert_eq!(of("[0.25, 0.375]"), [vec![(0.625, 0.75), (0.25, 0.375)]]);
}

#[test]
fn requirements_share_what_they_are_asked_under() {
    let require = |id: &str, rest: &str| format!("[requirements.{id}]\nfloor = 1\n{rest}\n");
    let text = scenario(
        &[
            require("r", "asked_when = \"b\""),
            require("s", ""),
            require("t", "asked_when = \"b\""),
            require("u", "asked_when = \"a\""),
            require("v", "asked_when = \"a and b\""),
        ]
        .concat(),
    );
    let of = |text: &str| {
        let model = model(text);
        (model.floors.iter().map(|floor| floor.asked).collect::<Vec<_>>(), model.asked.len())
    };
    assert_eq!(of(&text), (vec![Some(1), Some(0), Some(1), Some(0), Some(2)], 3));
    let unasked = text.replacen("asked_when = \"a\"\n", "", 1);
    assert_eq!(of(&unasked), (vec![Some(0), None, Some(0), Some(1), Some(2)], 3));
}

#[test]
fn formulas_are_shared_and_what_decides_nothing_is_left_out() {
    let text = scenario(&[
        "[definitions]\nboth = \"a and b\"\nsame = \"b and (a and true) and b\"\nany = \"false or a\"\n\
         never = \"a and false\"\nalways = \"not never\"\n",
        &pledge("p", "both", "3"),
        &pledge("q", "same", "3"),
        &pledge("r", "any", "3"),
        &pledge("s", "never", "3"),
        &pledge("t", "always", "3"),
        &pledge("u", "p", "3"),
    ].concat());
    let model = model(&text);
    let active = |at: usize| &model.nodes[model.pledges[at].active];
    assert_eq!(model.pledges[0].active, model.pledges[1].active);
    assert_eq!(model.pledges[0].active, model.pledges[5].active);
    assert!(matches!(active(0), Node::All(of) if of.len() == 2));
    assert_eq!(*active(2), Node::Is { variable: 0, option: 1 });
    assert_eq!(*active(3), Node::Constant(false));
    assert_eq!(*active(4), Node::Constant(true));
}

#[test]
fn a_floor_names_the_pledges_that_its_own_rest_on() {
    let text = scenario(&[
        "[definitions]\nready = \"far and again\"\nagain = \"ready2 or b\"\nready2 = \"other\"\n",
        &pledge("far", "a", "\"unknown\"").replace("\"u\"", "\"unstated\""),
        &pledge("near", "deep", "3"),
        &pledge("deep", "a", "\"unknown\"").replace("\"u\"", "\"unstated\""),
        &pledge("other", "near", "\"unknown\"").replace("\"u\"", "\"unstated\""),
        &pledge("apart", "b", "\"unknown\"").replace("\"u\"", "\"unstated\""),
        "[requirements.r]\nfloor = 1\nneeds = \"ready\"\n[requirements.s]\nfloor = 1\n",
    ].concat());
    let model = model(&text);
    // In the order of ids: apart, deep, far, near, other.
    assert_eq!(model.floors[0].named, [1, 2, 4]);
    assert_eq!(model.floors[1].named, [1]);
}
