//! Codes about the shape of entries: keys, types, ids, dates, formulas.

use super::Entry;

pub(super) const BAD_ID: Entry = Entry {
    title: "an id that is not a plain word",
    meaning: "An id holds something else than ASCII letters, digits and underscores, or does not \
        begin with a letter. A nation's id is its ISO 3166-1 alpha-3 code: three capital \
        letters.",
    matters: "Ids are words of formulas: `cease-fire` would read as a subtraction. Codes of nations \
        let tables be joined with other data.",
    remedy: "Choose a plain word and put the full name under `text` or `name`. An actor without a \
        code takes kind = \"bloc\".",
    bad: include_str!("../../../scenarios/invalid/bad-id.toml"),
    good: "[conditions.ceasefire]\ntext = \"A ceasefire is in force\"",
};

pub(super) const CONFLICTING_KEYS: Entry = Entry {
    title: "keys that exclude one another",
    meaning: "Two keys of one entry say different things about the same matter, or a key has no \
        meaning beside another.",
    matters: "Silently preferring one of them would make the other a number that looks used and is \
        not.",
    remedy: "Keep one of them. A condition has `probability`, or `given` with clauses, or \
        `outcomes`.",
    bad: include_str!("../../../scenarios/invalid/conflicting-keys.toml"),
    good: "given = [{ when = \"vote\", probability = 0.6 }, { probability = 0.4 }]",
};

pub(super) const FORMULA_SYNTAX: Entry = Entry {
    title: "a formula that cannot be read",
    meaning: "A formula has an unclosed parenthesis, a missing part, or a character with no meaning. \
        A formula has an unclosed parenthesis, a missing part, or a character with no meaning.",
    matters: "Formulas decide when a pledge holds; a guess at what was meant would decide results. \
        Formulas decide when a pledge holds; a guess at what was meant would decide results.",
    remedy: "Formulas are made of ids, `and`, `or`, `not`, parentheses, `at_least(2, a, b, c)`, \
        `at_most`, `exactly`, `true` and `false`.",
    bad: include_str!("../../../scenarios/invalid/formula-syntax.toml"),
    good: "ready = \"truce and (vote or not truce)\"",
};

pub(super) const INVALID_DATE: Entry = Entry {
    title: "something that is not a date",
    meaning: "A date stands in quotes, has a time, or does not exist in the calendar.",
    matters: "Dates decide what was known when: what is published later than `as_of` is not shown. \
        Dates decide what was known when: what is published later than `as_of` is not shown.",
    remedy: "Write year, month and day without quotes.",
    bad: include_str!("../../../scenarios/invalid/invalid-date.toml"),
    good: "as_of = 2026-01-08",
};

pub(super) const MISSING_KEY: Entry = Entry {
    title: "an entry without a key that it needs",
    meaning: "A scenario needs `title` and `as_of`, a pledge `nations` and `stage`, an assumption \
        `options` and `chosen`, a requirement `floor` or `needs`, and a size all its parts.",
    matters: "Without it the entry says nothing that could be counted.",
    remedy: "Add the key.",
    bad: include_str!("../../../scenarios/invalid/missing-key.toml"),
    good: "[pledges.nld_land]\nnations = \"NLD\"\nstage = \"declared\"",
};

pub(super) const MISSING_PLACE: Entry = Entry {
    title: "a force with a size but without a place",
    meaning: "A pledge of troops has a size, and does not say on which domain or where they are \
        based.",
    matters: "Totals never mix basings silently: troops in a neighbouring country are not troops in \
        the theatre.",
    remedy: "Add `domain` and `basing`. Where nobody says, write \"unstated\"; such troops count \
        outside the theatre.",
    bad: include_str!("../../../scenarios/invalid/missing-place.toml"),
    good: "domain = \"land\"\nbasing = \"unstated\"\nsize = 700",
};

pub(super) const RESERVED_WORD: Entry = Entry {
    title: "an id that is a word of the formula language",
    meaning: "An id is one of `and`, `or`, `not`, `true`, `false`, `at_least`, `at_most`, `exactly`, \
        or a basing is called `unstated`.",
    matters: "Such a name could never be meant in a formula or a filter.",
    remedy: "Choose another id.",
    bad: include_str!("../../../scenarios/invalid/reserved-word.toml"),
    good: "[conditions.talks_fail]\ntext = \"The talks fail\"",
};

pub(super) const UNKNOWN_KEY: Entry = Entry {
    title: "a key that nothing reads",
    meaning: "A table has a key that the format does not know, `assumed` or `for` names a key that \
        the entry cannot have, or `--set` leads nowhere.",
    matters: "A misspelt key would be ignored in silence, and with it the number that it carries.",
    remedy: "Correct the key. A remark goes under `note`, which is allowed anywhere.",
    bad: include_str!("../../../scenarios/invalid/unknown-key.toml"),
    good: "probability = 0.4",
};

pub(super) const WRONG_TYPE: Entry = Entry {
    title: "a value of the wrong type",
    meaning: "A key holds a number where text belongs, text where a number belongs, or a shape that \
        it cannot take.",
    matters: "A number in quotes is text: \"700\" cannot be added to anything.",
    remedy: "Write the value in the form that the message names.",
    bad: include_str!("../../../scenarios/invalid/wrong-type.toml"),
    good: "floor = 700",
};
