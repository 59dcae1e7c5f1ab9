//! The JSON Schema agrees with the reader: it accepts what is shipped, refuses what it can see to
//! be wrong, and has the same keys.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use contingent::diagnostic::Code;
use contingent::pipeline::{Request, check};
use contingent::schema::SCHEMA;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// What an editor hands to a schema: dates are strings.
fn to_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(value) => json!(value),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(list) => list.iter().map(to_json).collect(),
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(key, value)| (key.clone(), to_json(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

fn problems(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let value = to_json(&toml::from_str(&text).unwrap());
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft7);
    let validator = options.should_validate_formats(true).build(&schema()).unwrap();
    validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Every TOML file under `scenarios/` but the invalid ones.
fn shipped() -> Vec<PathBuf> {
    let folders = std::fs::read_dir("scenarios").unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir() && !path.ends_with("invalid"));
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

#[test]
fn the_schema_is_one() {
    jsonschema::draft7::meta::validate(&schema()).unwrap();
}

#[test]
fn every_shipped_file_fits_the_schema_and_points_at_it() {
    let files = shipped();
    assert!(files.len() >= 8, "{files:?}");
    for path in files {
        assert_eq!(problems(&path), [""; 0], "{}", path.display());
        let text = std::fs::read_to_string(&path).unwrap();
        let first = text.lines().next();
        assert_eq!(first, Some("#:schema ../scenario.schema.json"), "{}", path.display());
    }
}

/// The codes whose mistake is one of shape; the others are about what entries say together.
const SEEN_BY_THE_SCHEMA: [Code; 13] = [
    Code::BadId,
    Code::EmptyFile,
    Code::InvalidDate,
    Code::MissingKey,
    Code::NothingToUpdate,
    Code::OutOfRange,
    Code::ProbabilityRange,
    Code::ReservedWord,
    Code::TomlSyntax,
    Code::UnknownKey,
    Code::UnknownWord,
    Code::DuplicateKey,
    Code::WrongType,
];

#[test]
fn the_schema_refuses_what_it_can_see_and_nothing_else() {
    for code in Code::ALL {
        let path = PathBuf::from(format!("scenarios/invalid/{code}.toml"));
        let text = std::fs::read_to_string(&path).unwrap();
        if toml::from_str::<toml::Value>(&text).is_err() {
            assert!(matches!(code, Code::TomlSyntax | Code::DuplicateKey), "{code}");
            continue;
        }
        let found = problems(&path);
        assert_eq!(found.is_empty(), !SEEN_BY_THE_SCHEMA.contains(code), "{code}: {found:?}");
    }
}

/// The kinds of table with a closed list of keys: where one stands in a file, what a file needs
/// around it, and where the schema describes it.
const TABLES: [(&str, &str); 15] = [
    ("[scenario]", "/properties/scenario"),
    ("[basings.x]", "/properties/basings/patternProperties/ID"),
    ("[sources.x]", "/properties/sources/patternProperties/ID"),
    ("[nations.x]", "/properties/nations/patternProperties/ID"),
    ("[assumptions.x]", "/properties/assumptions/patternProperties/ID"),
    ("[assumptions.x.covers]", "/properties/assumptions/patternProperties/ID/properties/covers"),
    (
        "[assumptions.x.options.y]",
        "/properties/assumptions/patternProperties/ID/properties/options/patternProperties/ID/anyOf/1",
    ),
    ("[conditions.x]", "/properties/conditions/patternProperties/ID"),
    (
        "[[conditions.x.given]]",
        "/properties/conditions/patternProperties/ID/properties/given/items",
    ),
    ("[pledges.x]", "/properties/pledges/patternProperties/ID"),
    ("[[pledges.x.evidence]]", "/definitions/evidence"),
    (
        "[pledges.x]\nnations = \"FRA\"\n[[pledges.x.updates]]\non = 2026-02-14",
        "/definitions/updates/items",
    ),
    ("[requirements.x]", "/properties/requirements/patternProperties/ID"),
    ("[pledges.x.size]\nmode = 1", "/definitions/size/anyOf/2"),
    ("[pledges.x.size]\nshare = 1", "/definitions/size/anyOf/3"),
];

const ID: &str = "^[A-Za-z][A-Za-z0-9_]*$";

/// The keys that the schema gives a table.
fn keys_of(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let place = pointer.split('/').skip(1).fold(schema, |value, step| match value {
        Value::Array(list) => &list[step.parse::<usize>().unwrap()],
        _ => &value[if step == "ID" { ID } else { step }],
    });
    place["properties"].as_object().unwrap_or_else(|| panic!("{pointer}")).keys().cloned().collect()
}

/// The keys that the reader takes for unknown in a table that has all of `keys`.
fn unknown(header: &str, keys: &BTreeSet<String>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let given = header.lines().last().unwrap();
    let lines = keys.iter().filter(|key| !given.starts_with(key.as_str()));
    let lines: Vec<String> = lines.map(|key| format!("{key} = true")).collect();
    std::fs::write(&path, format!("{header}\n{}\n", lines.join("\n"))).unwrap();
    let checked = check(&Request { path, ..Request::default() }).unwrap();
    let list = checked.diagnostics.sorted();
    let unknown = list.iter().filter(|diagnostic| diagnostic.code == Code::UnknownKey);
    unknown.map(|diagnostic| checked.sources.slice(diagnostic.primary.span).to_owned()).collect()
}

#[test]
fn the_reader_knows_every_key_of_the_schema_where_the_schema_has_it() {
    let schema = schema();
    for (header, pointer) in TABLES {
        let keys = keys_of(&schema, pointer);
        assert_eq!(unknown(header, &keys), [""; 0], "{header}");
        let strange = BTreeSet::from(["no_such_key".to_owned()]);
        assert_eq!(unknown(header, &strange), ["no_such_key"], "{header} is read");
    }
}

/// The keys that `parse.rs` asks its tables for, by the text of the calls.
fn keys_asked_for() -> BTreeSet<String> {
    let source = include_str!("../src/scenario/parse.rs");
    let methods =
        ["text", "texts", "number", "boolean", "date", "formula", "array", "table", "node", "item"];
    let calls = methods.iter().flat_map(|method| {
        let call = format!(".{method}(\"");
        source.match_indices(&call).map(|(at, call)| at + call.len()).collect::<Vec<_>>()
    });
    let key = |at: usize| source[at..].split('"').next().unwrap_or_default().to_owned();
    let sections = source.match_indices("section(\"").map(|(at, call)| at + call.len());
    calls.chain(sections).map(key).collect()
}

/// Every key of every closed table of the schema, `assumed` left out: it repeats others.
fn keys_described(value: &Value, keys: &mut BTreeSet<String>) {
    let Value::Object(object) = value else {
        return value.as_array().into_iter().flatten().for_each(|item| keys_described(item, keys));
    };
    for (name, inner) in object {
        if name == "properties"
            && let Value::Object(properties) = inner
        {
            keys.extend(properties.keys().cloned());
            for (_, property) in properties.iter().filter(|(key, _)| *key != "assumed") {
                keys_described(property, keys);
            }
        } else if !["if", "then"].contains(&name.as_str()) {
            keys_described(inner, keys);
        }
    }
}

#[test]
fn the_schema_has_every_key_that_the_reader_asks_for_and_no_other() {
    let mut described = BTreeSet::new();
    keys_described(&schema(), &mut described);
    assert_eq!(described, keys_asked_for());
}
