//! Tests that see the package from outside, in one binary.

mod origin;
mod pages;
mod support;
mod tidy;
