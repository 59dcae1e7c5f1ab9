//! Codes about names: what leads nowhere, twice, or back to itself.

use super::Entry;

pub(super) const BAD_COUNT: Entry = Entry {
    title: "a count that can never be reached",
    meaning: "A formula asks for more members than it lists.",
    matters: "Such a formula is false in every world, and a pledge behind it would never be counted. \
        Such a formula is false in every world, and a pledge behind it would never be counted.",
    remedy: "Lower the number, or list more members.",
    bad: include_str!("../../../scenarios/invalid/bad-count.toml"),
    good: "ready = \"at_least(2, truce, vote)\"",
};

pub(super) const CYCLE: Entry = Entry {
    title: "formulas that depend on one another in a circle",
    meaning: "A definition, a condition or a pledge needs something that in turn needs the first.",
    matters: "Nothing in the circle could be decided before the rest. Pledges that wait for each \
        other are a finding, but one for the text of the report.",
    remedy: "Remove one of the links. The message names every member of the circle.",
    bad: include_str!("../../../scenarios/invalid/cycle.toml"),
    good: "[definitions]\nready  = \"agreed\"\nagreed = \"true\"",
};

pub(super) const DUPLICATE_ID: Entry = Entry {
    title: "an id declared twice",
    meaning: "Two entries have the same id: in two files that one scenario includes, or in two of the \
        sections conditions, assumptions, definitions, pledges and requirements, which share \
        one namespace.",
    matters: "A formula that names the id could mean either.",
    remedy: "Rename one of the two. To change an entry of another scenario, use `extends`.",
    bad: include_str!("../../../scenarios/invalid/duplicate-id.toml"),
    good: "[definitions]\ntruce_holds = \"truce\"",
};

pub(super) const NOT_A_TRUTH_VALUE: Entry = Entry {
    title: "a name that is neither true nor false",
    meaning: "A formula names a quantity, a reading without its option, a condition that has outcomes \
        without one of them, or a requirement.",
    matters: "A formula decides whether something holds; these names do not hold or fail.",
    remedy: "Name an outcome or an option behind a dot.",
    bad: include_str!("../../../scenarios/invalid/not-a-truth-value.toml"),
    good: "ready = \"not border.new_line\"",
};

pub(super) const NOTHING_TO_REMOVE: Entry = Entry {
    title: "a removal of something that is not there",
    meaning: "An entry says `removed = true`, but the scenario that this one extends has no such \
        entry.",
    matters: "The entry that was meant is still there.",
    remedy: "Correct the id, or remove the line.",
    bad: include_str!("../../../scenarios/invalid/nothing-to-remove.toml"),
    good: "[conditions.truce]\nremoved = true",
};

pub(super) const NOTHING_TO_UPDATE: Entry = Entry {
    title: "updates of an entry that does not exist",
    meaning: "An id has `updates` and no other key: nothing says what it was before they changed it.",
    matters: "Most often the id is misspelt, and the entry that is meant would keep its old state.",
    remedy: "Correct the id, or declare the entry with what it was at first.",
    bad: include_str!("../../../scenarios/invalid/nothing-to-update.toml"),
    good: "[pledges.nld_ships]\nnations = \"NLD\"\nstage = \"declared\"\n\n\
        [[pledges.nld_ships.updates]]\non = 2026-02-14\nstage = \"committed\"",
};

pub(super) const UNKNOWN_ASSUMPTION: Entry = Entry {
    title: "an assumption that nothing declares",
    meaning: "`of` or `share` names an assumption that is not under `[assumptions]`.",
    matters: "An entry that is not found cannot be counted. Most often the name is misspelt.",
    remedy: "Correct the name, or declare it.",
    bad: include_str!("../../../scenarios/invalid/unknown-assumption.toml"),
    good: "size = { share = 0.75, of = \"force_size\" }",
};

pub(super) const UNKNOWN_BASING: Entry = Entry {
    title: "a basing that nothing declares",
    meaning: "`basing` names a place that is not under `[basings]`.",
    matters: "An entry that is not found cannot be counted. Most often the name is misspelt.",
    remedy: "Correct the name, or declare it. Where nobody says, write \"unstated\".",
    bad: include_str!("../../../scenarios/invalid/unknown-basing.toml"),
    good: "basing = \"island\"",
};

pub(super) const UNKNOWN_NAME: Entry = Entry {
    title: "a name in a formula that nothing declares",
    meaning: "A formula names something that is no condition, definition, assumption or pledge.",
    matters: "An entry that is not found cannot be counted. Most often the name is misspelt.",
    remedy: "Correct the name, or declare it.",
    bad: include_str!("../../../scenarios/invalid/unknown-name.toml"),
    good: "ready = \"not truce\"",
};

pub(super) const UNKNOWN_NATION: Entry = Entry {
    title: "a nation that nothing declares",
    meaning: "A pledge, a filter or the speaker of a piece of evidence names a nation that is not \
        under `[nations]`.",
    matters: "An entry that is not found cannot be counted. Most often the name is misspelt.",
    remedy: "Correct the name, or declare it. Nations go by their ISO 3166-1 alpha-3 codes.",
    bad: include_str!("../../../scenarios/invalid/unknown-nation.toml"),
    good: "nations = \"NLD\"",
};

pub(super) const UNKNOWN_OPTION: Entry = Entry {
    title: "an option or outcome that does not exist",
    meaning: "A name behind a dot, `chosen` or `otherwise` is none of the options or outcomes of its \
        entry.",
    matters: "An entry that is not found cannot be counted. Most often the name is misspelt.",
    remedy: "Correct the name, or declare it.",
    bad: include_str!("../../../scenarios/invalid/unknown-option.toml"),
    good: "ready = \"trigger.on_truce\"",
};

pub(super) const UNKNOWN_SOURCE: Entry = Entry {
    title: "a source that nothing declares",
    meaning: "`sources` or `evidence` names a source that is not under `[sources]`.",
    matters: "An entry that is not found cannot be counted. Most often the name is misspelt.",
    remedy: "Correct the name, or declare it.",
    bad: include_str!("../../../scenarios/invalid/unknown-source.toml"),
    good: "sources = [\"report\"]",
};

pub(super) const UNKNOWN_WORD: Entry = Entry {
    title: "a word that the list does not have",
    meaning: "The key takes one of a fixed list of words: stages, kinds, domains, the probability \
        words of the scale, the letters of the Admiralty code.",
    matters: "The words carry defined meanings, so that two analysts read the same thing. `likely` \
        means 55 to 80 percent in ICD 203.",
    remedy: "Take a word of the list. A probability may also be a number or a range.",
    bad: include_str!("../../../scenarios/invalid/unknown-word.toml"),
    good: "stage = \"committed\"",
};
