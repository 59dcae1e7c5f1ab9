//! Writes every synthetic scenario into a folder:
//! `cargo run --release --example write_synthetic -- FOLDER`.

mod synthetic;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "synthetic".to_owned()));
    std::fs::create_dir_all(&folder)?;
    for (name, text) in synthetic::all() {
        std::fs::write(folder.join(name).with_extension("toml"), text)?;
    }
    Ok(())
}
