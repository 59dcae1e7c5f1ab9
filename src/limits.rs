//! The limits: how much of anything the program takes on.
//!
//! They lie far beyond real scenarios, and keep a mistake, or a file that is no scenario at all, from costing hours or
//! all memory. Whatever goes beyond one is a diagnostic (`too-large`, unless it says otherwise here) with its place and
//! remedy. `docs/faults.md` has them as a table; a test goes beyond each.

/// The largest file that is read, in bytes: `unreadable-file`, and status 3 where it is the scenario itself.
pub const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// The largest picture, page or table that `verify` reads, in bytes: status 3, or status 4 where it is a table beside its
/// data package.
pub const LARGEST_FIGURE: u64 = 64 * 1024 * 1024;

/// The most files that may stand in one another through `include` and `extends`.
pub const DEEPEST_LINK: usize = 16;

/// The most files that a scenario may be made of, however often each is read.
pub const MOST_FILES: usize = 256;

/// The most bytes that all files of a scenario may have together.
pub const LARGEST_SCENARIO: usize = 64 * 1024 * 1024;

/// The longest `--set`, `--vary` or `--given`, in bytes.
pub const LONGEST_ARGUMENT: usize = 64 * 1024;

/// How deep parentheses, `not` and counts may stand in one another in a formula. TOML itself allows its brackets
/// 80 levels (`toml-syntax`).
pub const DEEPEST_FORMULA: usize = 64;

/// The most words, numbers and signs that a formula may have.
pub const LONGEST_FORMULA: usize = 20_000;

/// The longest chain of formulas that depend on one another.
pub const LONGEST_CHAIN: usize = 500;

/// The most entries of a section: conditions, pledges, sources.
pub const MOST_ENTRIES: usize = 10_000;

/// The most outcomes of a condition, options of an assumption or clauses of a `given`.
pub const MOST_OPTIONS: usize = 1_000;

/// The most pairs of a pledge and a condition: some tables have a row for each.
pub const MOST_PAIRS: usize = 2_000_000;

/// The most updates of one entry.
pub const MOST_UPDATES: usize = 500;

/// The most dates on which anything changes.
pub const MOST_DATES: usize = 1_000;

/// The largest size, floor or pool, in troops: `size-range`.
pub const LARGEST_SIZE: u64 = 1_000_000_000;

/// The widest range of a size, in troops: every value in it has a probability of its own.
pub const WIDEST_RANGE: u64 = 200_000;

/// The most errors, and the most warnings, that are told at a time.
pub const MOST_PROBLEMS: usize = 1_000;

/// The most steps of a distribution: where there would be more, steps are ten times as wide, as `troops_to` says.
pub const MOST_STEPS: usize = 50_000;

/// The most values of all distributions together that `--step 1` lists: status 2.
pub const MOST_VALUES: usize = 2_000_000;

/// The most worlds that are written one by one, 2^40: status 2.
pub const MOST_WORLDS: f64 = 1_099_511_627_776.0;
