//! The catalog that the program carries: a working example, and the actions that `init` hands
//! out. The build lists its files.

/// The files of the shipped catalog by path, in order.
static SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The files of the shipped catalog by path, in order.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    SHIPPED
}
