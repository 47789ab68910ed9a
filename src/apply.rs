//! Apply: executes the steps of a plan, each call once.
mod address;
mod attempt;
pub mod clock;
pub mod environment;
mod http;
mod process;
mod redact;
mod resolve;
#[cfg(test)]
pub(crate) mod tests;
