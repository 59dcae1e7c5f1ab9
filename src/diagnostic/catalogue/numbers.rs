//! Codes about numbers: probabilities, sizes, shares and dates that do not add up.

use super::Entry;

pub(super) const DATES_OUT_OF_ORDER: Entry = Entry {
    title: "dates in the wrong order",
    meaning: "The horizon lies before `as_of`, or before the date that `--as-of` gives; or an update is \
        dated before what it changes.",
    matters: "Every probability means \"by the horizon\". What lies before the date of the knowledge \
        has happened or has not, and nothing changes before it begins.",
    remedy: "Choose a later horizon, or an earlier date of the knowledge; correct the update's date.",
    bad: include_str!("../../../scenarios/invalid/dates-out-of-order.toml"),
    good: "as_of   = 2026-01-08\nhorizon = 2026-12-31",
};

pub(super) const GIVEN_ORDER: Entry = Entry {
    title: "clauses of `given` in an order that cannot work",
    meaning: "The first clause that applies counts. A clause without `when` applies always, so that \
        it must be the last, and there must be one.",
    matters: "What stands behind such a clause is never used; without one, some worlds have no \
        probability.",
    remedy: "Put the clause without `when` at the end.",
    bad: include_str!("../../../scenarios/invalid/given-order.toml"),
    good: "given = [{ when = \"truce\", probability = 0.6 }, { probability = 0.2 }]",
};

pub(super) const IMPOSSIBLE_EVIDENCE: Entry = Entry {
    title: "evidence that no possible world satisfies",
    meaning: "What `--given` takes as given, or what `holds` says has happened, has the probability zero, or \
        one below 1e-200. How improbable it was that single conditions ended as they did does not matter for that.",
    matters: "Nothing can be said about worlds that do not exist: every result would be a division by \
        zero. Where it can happen yet hardly ever, numbers have too few digits left to say what is likely then.",
    remedy: "Weaken the formula, or change the conditions that rule it out.",
    bad: include_str!("../../../scenarios/invalid/impossible-evidence.toml"),
    good: "# --given \"vote and truce\"",
};

pub(super) const MISSING_OTHERWISE: Entry = Entry {
    title: "a condition that does not say how else it ends",
    meaning: "A condition with outcomes has `requires`, and does not say which outcome obtains where \
        that fails.",
    matters: "One of the outcomes always obtains. Which one is a judgement that the program cannot \
        make.",
    remedy: "Add `otherwise` with the name of an outcome.",
    bad: include_str!("../../../scenarios/invalid/missing-otherwise.toml"),
    good: "requires  = \"truce\"\noutcomes  = { old_line = 0.4, new_line = 0.6 }\notherwise = \
        \"old_line\"",
};

pub(super) const MISSING_SPLIT: Entry = Entry {
    title: "a joint size without each nation's part",
    meaning: "Several nations pledge one size together, and nothing says how it divides.",
    matters: "Tables by nation would have to guess, and nobody could check them.",
    remedy: "Give each nation its part, and a reason for the split under `assumed`. A joint pledge \
        without a size needs no split.",
    bad: include_str!("../../../scenarios/invalid/missing-split.toml"),
    good: "nations = { NLD = 0.5, BEL = 0.5 }\nassumed = { nations = \"even split\" }",
};

pub(super) const OUT_OF_RANGE: Entry = Entry {
    title: "a number outside what its key can take",
    meaning: "A credibility is not 1 to 6, a rotation is below 1, or a number is not finite or has \
        more than 18 digits.",
    matters: "Grades are those of the Admiralty code: 1 confirmed, 2 probably true, 3 possibly true, \
        4 doubtful, 5 improbable, 6 cannot be judged.",
    remedy: "Write a number within the range.",
    bad: include_str!("../../../scenarios/invalid/out-of-range.toml"),
    good: "evidence = [{ source = \"report\", credibility = 6 }]",
};

pub(super) const PROBABILITY_RANGE: Entry = Entry {
    title: "a probability outside 0 to 1",
    meaning: "A probability is negative or above 1, or a range has its high end first.",
    matters: "Probabilities are fractions, not percentages: 40 percent is 0.4.",
    remedy: "Write a number from 0 to 1, a range such as [0.2, 0.45], or a word of the scale.",
    bad: include_str!("../../../scenarios/invalid/probability-range.toml"),
    good: "probability = 0.4",
};

pub(super) const PROBABILITY_SUM: Entry = Entry {
    title: "outcomes whose probabilities do not sum to 1",
    meaning: "The outcomes of a condition exclude one another and one of them happens, but their \
        probabilities do not sum to 1 (ranges: cannot).",
    matters: "The difference would be worlds in which none of them, or several, happen.",
    remedy: "Correct the numbers, or add the outcome that is missing, such as `unsettled`.",
    bad: include_str!("../../../scenarios/invalid/probability-sum.toml"),
    good: "outcomes = { old_line = 0.4, new_line = 0.5, unsettled = 0.1 }",
};

pub(super) const SHARE_OVER_ONE: Entry = Entry {
    title: "shares of one assumption that exceed the whole",
    meaning: "The shares that pledges take of one assumption sum to more than 1, for at least one \
        option of an assumption that is a share.",
    matters: "More troops would be counted than the total has. Every share written counts, whatever \
        its stage or date.",
    remedy: "Lower a share, or let one pledge take the rest.",
    bad: include_str!("../../../scenarios/invalid/share-over-one.toml"),
    good: "size = { rest = true, of = \"force_size\" }",
};

pub(super) const SIZE_RANGE: Entry = Entry {
    title: "a size that is no number of troops",
    meaning: "A size, floor, pool or option is negative, is not whole, runs from high to low, or a \
        share is outside 0 to 1.",
    matters: "Troops come in whole numbers.",
    remedy: "Write a whole number, the low end first, or a share from 0 to 1.",
    bad: include_str!("../../../scenarios/invalid/size-range.toml"),
    good: "size = [700, 900]",
};

pub(super) const SPLIT_SUM: Entry = Entry {
    title: "parts of nations that do not sum to 1",
    meaning: "The parts under `nations` divide one size, and sum to more or less than the whole.",
    matters: "Troops would appear or vanish between the total and the table by nation.",
    remedy: "Correct the parts.",
    bad: include_str!("../../../scenarios/invalid/split-sum.toml"),
    good: "nations = { NLD = 0.6, BEL = 0.4 }",
};

pub(super) const TOO_LARGE: Entry = Entry {
    title: "more than the program takes on",
    meaning: "Something goes beyond a limit: a size's range wider than 200,000, parentheses more than 64 deep, \
        a formula of more than 20,000 words, a chain of more than 500 formulas, more than 10,000 entries of a \
        section, 1,000 outcomes or options, 500 updates of an entry or 1,000 dates, more than 16 files in one \
        another or 256 in all, or more than 1,000 problems.",
    matters: "The limits lie far beyond real scenarios, and keep a mistake from costing hours.",
    remedy: "Narrow the range, name a part under `[definitions]`, link the files from one place, or spread \
        what there is too much of over several scenarios.",
    bad: include_str!("../../../scenarios/invalid/too-large.toml"),
    good: "size = [0, 30_000]",
};

pub(super) const TWO_RESTS: Entry = Entry {
    title: "two pledges that take the rest of one total",
    meaning: "Two pledges have `rest = true` of the same assumption.",
    matters: "The rest is what the shares leave. It can be given away once.",
    remedy: "Give one of them a share.",
    bad: include_str!("../../../scenarios/invalid/two-rests.toml"),
    good: "size = { share = 0.25, of = \"force_size\" }",
};

pub(super) const UNIT_MISMATCH: Entry = Entry {
    title: "things counted in the wrong unit",
    meaning: "A pledge other than a force counts troops or names no unit, a share of troops is \
        counted in something else, or `of` and `share` name an assumption of the wrong sort.",
    matters: "Monitors, ships and hubs are never added to troops.",
    remedy: "Add `unit` to what is not a force; remove it from a share.",
    bad: include_str!("../../../scenarios/invalid/unit-mismatch.toml"),
    good: "kind = \"monitoring\"\nunit = \"monitors\"\nsize = 50",
};
