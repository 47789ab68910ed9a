//! The variables of the process, which hold the secrets that plans only name.

#![expect(
    clippy::disallowed_methods,
    reason = "secrets come from the environment and from nowhere else"
)]

/// The variable's value; nothing where it is not set or not text.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
