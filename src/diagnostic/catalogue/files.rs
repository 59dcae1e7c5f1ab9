//! Codes about files: what cannot be found, read or put together.

use super::Entry;

pub(super) const BAD_PATH: Entry = Entry {
    title: "a path that is not relative",
    meaning: "A link to another file is absolute, or empty.",
    matters: "A scenario is a folder that can be sent to a colleague. An absolute path leads \
        somewhere else on every machine.",
    remedy: "Write the path relative to the file that names it, such as \"sources.toml\" or \
        \"../base/scenario.toml\".",
    bad: include_str!("../../../scenarios/invalid/bad-path.toml"),
    good: "include = [\"sources.toml\"]",
};

pub(super) const CONTROL_CHARACTER: Entry = Entry {
    title: "a character that is obeyed instead of shown",
    meaning: "A text or key holds a control code, a mark that turns the direction of writing, or another \
        character that is a command to terminals, editors or browsers.",
    matters: "In a table or chart such a character can hide words, turn them round or change what a screen \
        shows. It mostly comes along, unseen, when text is copied from a web page or a PDF.",
    remedy: "Remove the character. The message gives its number in Unicode, and the place where it is written.",
    bad: include_str!("../../../scenarios/invalid/control-character.toml"),
    good: "title = \"Example\"",
};

pub(super) const DUPLICATE_KEY: Entry = Entry {
    title: "a key written twice",
    meaning: "The same key stands twice in one table, or the same table twice in one file.",
    matters: "Only one of the two can hold, and nobody can see which was meant.",
    remedy: "Keep one of the two, or give the second another name.",
    bad: include_str!("../../../scenarios/invalid/duplicate-key.toml"),
    good: "title = \"Example\"",
};

pub(super) const EMPTY_FILE: Entry = Entry {
    title: "a file with nothing in it",
    meaning: "The file has no line that says anything: it is empty, or holds only comments.",
    matters: "An empty file is more often a failed download or a wrong path than a choice.",
    remedy: "Write the scenario, or remove the link to the file. `contingent init` writes a small \
        scenario to start from.",
    bad: include_str!("../../../scenarios/invalid/empty-file.toml"),
    good: "[scenario]\ntitle = \"Example\"\nas_of = 2026-01-08",
};

pub(super) const INCLUDE_LOOP: Entry = Entry {
    title: "a file that leads back to itself",
    meaning: "Following `include` and `extends` from a file arrives at the same file again.",
    matters: "Files that contain one another have no first and no last word.",
    remedy: "Remove one of the links. Put what both files need into a third file.",
    bad: include_str!("../../../scenarios/invalid/include-loop.toml"),
    good: "[scenario]\ntitle = \"Example\"\nas_of = 2026-01-08\ninclude = [\"sources.toml\"]",
};

pub(super) const TOML_SYNTAX: Entry = Entry {
    title: "text that is not TOML",
    meaning: "The file breaks a rule of TOML, the notation that scenarios are written in.",
    matters: "What follows the mistake may be read as something else. Further problems of the same \
        place are held back until it is corrected.",
    remedy: "Correct the place that is shown. Text stands in double quotes, dates and numbers do \
        not, and lists stand in square brackets.",
    bad: include_str!("../../../scenarios/invalid/toml-syntax.toml"),
    good: "title = \"Example\"",
};

pub(super) const UNREADABLE_FILE: Entry = Entry {
    title: "a linked file that cannot be read",
    meaning: "A file that `include` or `extends` names does not exist, is a folder, is larger than 16 \
        MiB, or is not UTF-8 text.",
    matters: "Everything that it declares is missing. Names that nothing else resembles are therefore \
        not reported until the file is read.",
    remedy: "Correct the path; it is relative to the file that names it. Save text as UTF-8.",
    bad: include_str!("../../../scenarios/invalid/unreadable-file.toml"),
    good: "include = [\"parts/base.toml\"]",
};
