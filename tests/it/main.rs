//! Tests that see the package from outside, in one binary; those that need git repositories
//! make them themselves.
#![cfg(test)]
#![expect(
    clippy::panic,
    reason = "a test that meets what it cannot read has failed"
)]

mod actions;
mod again;
mod apply;
mod approvals;
mod arguments;
mod asking;
mod authority;
mod backend;
mod backstage;
mod baseline;
mod begun;
mod bless;
mod bombs;
mod commits;
mod commuting;
mod connectors;
mod corpora;
mod difference;
mod drawings;
mod edited;
mod expired;
mod explained;
mod files;
mod fix;
mod flips;
mod formats;
mod freezes;
mod fuzzed;
mod glass;
mod histories;
mod init;
mod json_schema_suite;
mod long_words;
mod look;
mod mapped;
mod memberships;
mod merge;
mod moved;
mod narrowed;
mod oracle;
mod origin;
mod outdated;
mod owned;
mod page;
mod pages;
mod patches;
mod people;
mod pipelines;
mod planpage;
mod port;
mod program;
mod readme;
mod recovery;
mod refused;
mod remapped;
mod replayed;
mod repository;
mod requests;
mod revisions;
mod ruletests;
mod sarif;
mod saved;
mod schemas;
mod secrets;
mod security;
mod severity;
mod shop;
mod situations;
mod soundness;
mod status;
mod story;
mod support;
mod tidy;
mod unions;
mod verified;
mod weekly;
mod whole;
mod why;
mod workflows;
mod yaml_suite;
