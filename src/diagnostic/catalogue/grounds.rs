//! Codes about grounds: evidence, quotations, and floors that rest on nothing.

use super::Entry;

pub(super) const ARCHIVE_FILE_MISSING: Entry = Entry {
    title: "a source whose file is not in the archive",
    meaning: "`--archive` names a folder, and the file that a source claims to be is not in it.",
    matters: "Its quotations cannot be compared with the text that they come from.",
    remedy: "Put the file into the folder, or correct `file`.",
    bad: include_str!("../../../scenarios/invalid/archive-file-missing.toml"),
    good: "file = \"report.txt\"",
};

pub(super) const BESIDE_TOTAL: Entry = Entry {
    title: "a pledge that adds to a total that covers it",
    meaning: "A pledge has a size of its own inside what an assumption `covers`, and is not a share \
        of it.",
    matters: "The same troops may be counted twice: once in the total, once here.",
    remedy: "Make the pledge a share of the total, or narrow `covers`.",
    bad: include_str!("../../../scenarios/invalid/beside-total.toml"),
    good: "size = { rest = true, of = \"force_size\" }",
};

pub(super) const CIRCULAR_REQUIREMENT: Entry = Entry {
    title: "a floor that only an assumption can meet",
    meaning: "Every sized pledge that counts towards the requirement is a share of an assumption.",
    matters: "The floor then tests the number that was assumed: demand is counted as supply. Tables \
        mark such a requirement.",
    remedy: "Add pledges with sizes of their own, or read the result as a question about conditions \
        only.",
    bad: include_str!("../../../scenarios/invalid/circular-requirement.toml"),
    good: "size = 700",
};

pub(super) const MANDATE_EXPIRED: Entry = Entry {
    title: "a pledge that has run out",
    meaning: "The date of the knowledge lies behind the last day on which the pledge stands.",
    matters: "A mandate that has run out binds nobody: the pledge is listed, but it counts no more.",
    remedy: "Renew it by an update with a later `expires`, or withdraw it by one with its new stage.",
    bad: include_str!("../../../scenarios/invalid/mandate-expired.toml"),
    good: "expires = 2026-12-31",
};

pub(super) const NO_EVIDENCE: Entry = Entry {
    title: "a number or judgement that rests on nothing",
    meaning: "A probability, a size, a split, options or a pool has neither evidence nor a reason. \
        Evidence for the entry as a whole is not evidence for its numbers; `for` names the key \
        that it supports.",
    matters: "Every number leads back to a source or is marked as an assumption: \"what is the raw \
        data for this reasoning?\" Under `--strict` this is an error.",
    remedy: "Add evidence with `for`, or say why under `assumed`.",
    bad: include_str!("../../../scenarios/invalid/no-evidence.toml"),
    good: "probability = 0.4\nassumed     = { probability = \"no report gives one; our judgement\" \
        }",
};

pub(super) const QUOTE_NOT_FOUND: Entry = Entry {
    title: "a quotation that its source does not have",
    meaning: "`--archive` found the source's file, and the quoted words are not in it. White space, \
        dashes and quotation marks are not compared.",
    matters: "A quotation that cannot be found again is hearsay with quotation marks.",
    remedy: "Quote the source's own words, letter by letter.",
    bad: include_str!("../../../scenarios/invalid/quote-not-found.toml"),
    good: "evidence = [{ source = \"report\", quote = \"will send ships\" }]",
};

pub(super) const QUOTE_TOO_LONG: Entry = Entry {
    title: "a quotation of more than eight words",
    meaning: "A quotation has more than eight words.",
    matters: "Quotations are there to find the place again, and to stay within what may be quoted. \
        Quotations are there to find the place again, and to stay within what may be quoted.",
    remedy: "Keep the words that carry the claim, and put the rest into `claim` or `text`.",
    bad: include_str!("../../../scenarios/invalid/quote-too-long.toml"),
    good: "evidence = [{ source = \"report\", quote = \"troops may watch it\" }]",
};

pub(super) const REVIEW_DUE: Entry = Entry {
    title: "an entry that somebody should have looked at again",
    meaning: "The date of the knowledge lies behind `review_by`, or behind the date by which a \
        condition resolves and nothing says how it ended.",
    matters: "An old value looks like today's. What was to be decided by then has been decided, or \
        has slipped.",
    remedy: "Look for news; say by an update what changed or how the condition ended (`holds`), or \
        move the date.",
    bad: include_str!("../../../scenarios/invalid/review-due.toml"),
    good: "resolves_by = 2026-09-30",
};

pub(super) const UNUSED_SOURCE: Entry = Entry {
    title: "a source that nothing refers to",
    meaning: "A source is declared, and no entry names it as evidence.",
    matters: "Either a piece of evidence is missing, or the list of sources looks longer than it is. \
        Either a piece of evidence is missing, or the list of sources looks longer than it is.",
    remedy: "Name it where it is evidence, or remove it.",
    bad: include_str!("../../../scenarios/invalid/unused-source.toml"),
    good: "[conditions.truce]\nsources = [\"report\"]",
};
