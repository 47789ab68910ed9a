//! Puts the shipped catalog into the program.
//!
//! In: `catalogc.yaml` and every file below `catalog/`. Out: `shipped.rs` in the folder of the
//! build, an array of their paths and texts in order. It knows nothing of what they say.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads files, writes one and talks to cargo"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=catalog");
    println!("cargo::rerun-if-changed=catalogc.yaml");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let mut paths = vec![root.join("catalogc.yaml")];
    below(&root.join("catalog"), &mut paths)?;
    paths.sort();
    let mut table = String::from("[\n");
    for path in &paths {
        let name = path
            .strip_prefix(&root)?
            .to_str()
            .ok_or("a path of UTF-8")?;
        let name = name.replace('\\', "/");
        let path = path.to_str().ok_or("a path of UTF-8")?;
        writeln!(table, "    ({name:?}, include_str!({path:?})),")?;
    }
    table.push_str("]\n");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("shipped.rs"), table)?;
    Ok(())
}

fn below(folder: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            below(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
