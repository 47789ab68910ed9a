//! Which paths of its input an expression reads.
//!
//! `lower` carries a [`Cursor`] through the expression: the parts of the input that a value may
//! be. What is looked at becomes a [`Read`]. Knows nothing of jaq and of what a path should be.

use super::tree::Place;

/// One link of a path that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A key that is written out.
    Key(String),
    /// Each element of an array, each value of an object.
    Each,
    /// One element or value, which one is known only when it is evaluated.
    Any,
}

/// A link and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The link.
    pub segment: Segment,
    /// The first byte of it in the expression.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A link of a path to one value that is known before it is evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// A key of an object.
    Key(String),
    /// An element of an array, counted from 0.
    Index(usize),
}

/// A path that an expression reads from its input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// From the input down; empty for the whole input.
    pub path: Vec<Step>,
}

/// The parts of the input that a value may be; nothing for a computed value.
#[derive(Debug, Clone, Default)]
pub(super) struct Cursor(Vec<Read>);

impl Cursor {
    /// The largest number of paths a value may stand for; more is refused, never forgotten.
    pub(super) const MOST: usize = 64;

    /// The input itself.
    pub(super) fn input() -> Self {
        Self(vec![Read::default()])
    }

    /// A value that is no part of the input.
    pub(super) fn computed() -> Self {
        Self::default()
    }

    /// One link further down.
    pub(super) fn step(&self, segment: &Segment, place: Place) -> Self {
        let mut paths = self.0.clone();
        for read in &mut paths {
            read.path.push(Step {
                segment: segment.clone(),
                start: place.start,
                end: place.end,
            });
        }
        Self(paths)
    }

    /// What may be this or that.
    pub(super) fn or(mut self, other: Self) -> Self {
        for read in other.0 {
            if !self.0.contains(&read) {
                self.0.push(read);
            }
        }
        self
    }

    pub(super) fn is_too_wide(&self) -> bool {
        self.0.len() > Self::MOST
    }

    pub(super) fn paths(&self) -> &[Read] {
        &self.0
    }
}
