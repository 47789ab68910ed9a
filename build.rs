//! Lists the shipped catalog, so that the program carries it: `init` and `demo` hand it out.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads files, writes one and talks to cargo"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let mut paths = vec!["catalogc.yaml".to_owned()];
    collect(Path::new(&root), "catalog", &mut paths)?;
    paths.sort();
    let mut table = String::from("&[\n");
    for path in &paths {
        let full = Path::new(&root).join(path);
        writeln!(
            table,
            "    ({path:?}, include_str!({:?})),",
            full.display().to_string()
        )
        .map_err(io::Error::other)?;
        println!("cargo::rerun-if-changed={path}");
    }
    table.push_str("]\n");
    println!("cargo::rerun-if-changed=catalog");
    fs::write(Path::new(&out).join("shipped.rs"), table)
}

/// The files below a folder, with `/` between the parts of their paths.
fn collect(root: &Path, folder: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            println!("cargo::rerun-if-changed={path}");
            collect(root, &path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
