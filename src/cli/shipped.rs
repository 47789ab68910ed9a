//! The catalog that comes with the program: the library of actions and its example.
//!
//! The build script makes the table of `catalogc.yaml` and `catalog/`.

/// Every shipped file: its path in a repository, and its text; in order of the paths.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    &include!(concat!(env!("OUT_DIR"), "/shipped.rs"))
}
