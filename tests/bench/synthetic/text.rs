//! A scenario's text, entry by entry. Probabilities are in thousandths.

use super::coalition::Sizes;
use std::fmt::Write as _;

/// The text so far.
#[derive(Debug)]
pub(crate) struct Text {
    text: String,
    sizes: Sizes,
}

impl Text {
    /// A header and a basing; `asked_when` where it is not empty.
    pub(crate) fn new(title: &str, asked_when: &str, sizes: Sizes) -> Self {
        let mut text = format!(
            "[scenario]\ntitle      = \"{title}\"\nas_of      = 2026-01-01\n\
             horizon    = 2026-12-31\n"
        );
        if !asked_when.is_empty() {
            let _ = writeln!(text, "asked_when = \"{asked_when}\"");
        }
        text.push_str("\n[basings]\nfield = { name = \"in the field\", theatre = true }\n");
        Self { text, sizes }
    }

    /// A nation.
    pub(crate) fn nation(&mut self, id: &str) {
        let _ = write!(self.text, "\n[nations.{id}]\nname = \"Synthetic {id}\"\nkind = \"bloc\"\n");
    }

    /// A condition that depends on nothing.
    pub(crate) fn condition(&mut self, id: &str, probability: u32) {
        let probability = decimal(probability);
        let _ = write!(
            self.text,
            "\n[conditions.{id}]\ntext        = \"Synthetic: {id}\"\n\
             probability = {probability}\nassumed     = {{ probability = \"synthetic\" }}\n"
        );
    }

    /// A condition whose probability depends on a formula.
    pub(crate) fn given(&mut self, id: &str, when: &str, yes: u32, no: u32) {
        let (yes, no) = (decimal(yes), decimal(no));
        let _ = write!(
            self.text,
            "\n[conditions.{id}]\ntext    = \"Synthetic: {id}\"\n\
             given   = [{{ when = \"{when}\", probability = {yes} }}, {{ probability = {no} }}]\n\
             assumed = {{ given = \"synthetic\" }}\n"
        );
    }

    /// Definitions: names and formulas.
    pub(crate) fn definitions(&mut self, definitions: &[(String, String)]) {
        self.text.push_str("\n[definitions]\n");
        for (id, formula) in definitions {
            let _ = writeln!(self.text, "{id} = \"{formula}\"");
        }
    }

    /// A pledge of so many troops, or of a fifth more or less.
    pub(crate) fn pledge(&mut self, id: &str, nation: &str, when: &str, troops: u32) {
        let size = match self.sizes {
            Sizes::Fixed => troops.to_string(),
            Sizes::Pert => {
                let (low, high) = (troops - troops / 5, troops + troops / 5);
                format!("{{ low = {low}, mode = {troops}, high = {high} }}")
            }
        };
        let _ = write!(
            self.text,
            "\n[pledges.{id}]\nnations = \"{nation}\"\ndomain  = \"land\"\nbasing  = \"field\"\n\
             stage   = \"declared\"\nwhen    = \"{when}\"\nsize    = {size}\n\
             claim   = \"Synthetic\"\nassumed = {{ size = \"synthetic\", stage = \"synthetic\", \
             when = \"synthetic\" }}\n"
        );
    }

    /// A floor; `needs` where it is not empty.
    pub(crate) fn requirement(&mut self, id: &str, floor: u32, needs: &str) {
        let _ = write!(
            self.text,
            "\n[requirements.{id}]\ntext   = \"{floor} troops in the field\"\n\
             floor  = {floor}\nbasing = [\"field\"]\n"
        );
        if !needs.is_empty() {
            let _ = writeln!(self.text, "needs  = \"{needs}\"");
        }
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// Thousandths as a decimal.
fn decimal(thousandths: u32) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}
