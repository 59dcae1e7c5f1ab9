//! The JSON Schema of the scenario format, for completion and hover in editors.

/// JSON Schema, draft-07.
pub const SCHEMA: &str = include_str!("../scenarios/scenario.schema.json");
