//! Values of the types for which Cedar has no literal.
//!
//! In: the text of one. Out: the value, remembered; none where Cedar does not read the text.

use std::cell::RefCell;

use cedar_policy::RestrictedExpression;
use cedar_policy_core::ast::Value;
use cedar_policy_core::evaluator::RestrictedEvaluator;
use cedar_policy_core::extensions::Extensions;
use rustc_hash::FxHashMap;

/// A type without a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Extension {
    /// A number of four places.
    Decimal,
    /// An instant.
    Datetime,
}

/// How many values a thread remembers.
const REMEMBERED: usize = 4_096;

thread_local! {
    /// Cedar reads the name of a constructor with a parser each time one is called, which takes
    /// longer than the rules themselves; and a value is asked for again and again.
    static MADE: RefCell<FxHashMap<(Extension, String), Option<Value>>> = RefCell::default();
}

/// The value that a text is of a type.
pub(super) fn value(of: Extension, text: String) -> Option<Value> {
    MADE.with_borrow_mut(|made| {
        if made.len() >= REMEMBERED {
            made.clear();
        }
        made.entry((of, text)).or_insert_with_key(make).clone()
    })
}

fn make((of, text): &(Extension, String)) -> Option<Value> {
    let call = match of {
        Extension::Decimal => RestrictedExpression::new_decimal(text),
        Extension::Datetime => RestrictedExpression::new_datetime(text),
    };
    let evaluator = RestrictedEvaluator::new(Extensions::all_available());
    evaluator.interpret(call.as_ref().as_borrowed()).ok()
}
